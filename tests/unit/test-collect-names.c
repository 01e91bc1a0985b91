/* SPDX-License-Identifier: Apache-2.0 */
/* Asks engines of its own, and folders as runtimes leave them. */
#include "collect/names.h"

#include <errno.h>

#include "engine.h"
#include "read/owner.h"

#define GONE "b0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"
#define NONE "c0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"
#define UID_ "1f8dd0b3_0a4c_4d36_9a51_5a1b6a3f1c11"
#define UID  "1f8dd0b3-0a4c-4d36-9a51-5a1b6a3f1c11"
#define POD  "/kubepods.slice/kubepods-pod" UID_ ".slice"

static const struct behaviour docker = {
	.version = version_20,
	.list = "[{\"Id\":\"" ID "\",\"Names\":[\"/web/alias\",\"/leaky\"],\"Image\":\"eat:1\","
		"\"Command\":\"hunter2\",\"Labels\":{\"io.kubernetes.pod.name\":\"web-0\","
		"\"io.kubernetes.pod.namespace\":\"shop\"}}]",
	.events = "{\"Action\":\"destroy\",\"Actor\":{\"ID\":\"" GONE
		  "\",\"Attributes\":{\"name\":\"gone\",\"image\":\"eat:0\"}}}\n",
};

static struct ow_name name_of(struct ow_arena *arena, struct ow_names *names, const char *path)
{
	struct ow_owner owner;
	struct ow_name name;

	assert_int_equal(ow_owner_read(path, arena, &owner), 0);
	assert_int_equal(ow_names_owner(names, &owner, &name), 0);
	return name;
}

static void assert_text(const char *text, const char *expected)
{
	if (!text || !expected)
		assert_ptr_equal(text, expected);
	else
		assert_string_equal(text, expected);
}

static void assert_name(const struct ow_name *name, const char *called, const char *image,
			const char *pod, const char *namespace)
{
	assert_text(name->name, called);
	assert_text(name->image, image);
	assert_text(name->pod, pod);
	assert_text(name->namespace, namespace);
}

static struct ow_names *at_root(const char *root)
{
	struct ow_names *names = ow_names_new(&(struct ow_names_options){ .root = root });

	assert_non_null(names);
	return names;
}

static void an_engine_knows_its_containers(void **state)
{
	FOLDER(root);
	ENGINE(engine, &docker);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host });
	const struct ow_source *source;
	struct ow_name name;
	size_t n;

	(void)root;
	name = name_of(*state, names, "/docker/" ID);
	assert_name(&name, "leaky", "eat:1", "web-0", "shop");
	assert_string_equal(name.runtime, "docker");
	assert_string_equal(name.from, ow_printf(*state, "docker at %s", engine.host));
	name = name_of(*state, names, "/system.slice/docker-" ID ".scope/init");
	assert_string_equal(name.name, "leaky");
	name = name_of(*state, names, "/docker/a0194405b76a");
	assert_string_equal(name.id, ID);
	name = name_of(*state, names, "/docker/" GONE);
	assert_name(&name, "gone", "eat:0", NULL, NULL);

	/* Who is not known has an id, and no name. */
	name = name_of(*state, names, "/docker/" NONE);
	assert_string_equal(name.id, NONE);
	assert_name(&name, NULL, NULL, NULL, NULL);
	source = ow_names_sources(names, &n);
	assert_true(n >= 1);
	assert_string_equal(source[0].name, engine.host);
	assert_int_equal(source[0].state, OW_SOURCE_READ);
}

static void a_name_finds_its_container(void **state)
{
	static const struct {
		const char *text, *id;
	} cases[] = {
		{ "leaky", ID },   { "/leaky", ID },        { "a019", ID },
		{ ID, ID },        { "web-0", ID },         { "shop/web-0", ID },
		{ "gone", GONE },  { "b0194405", GONE },    { "a01", NULL },
		{ "eat:1", NULL }, { "other/web-0", NULL }, { "", NULL },
	};
	ENGINE(engine, &docker);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host });

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_name *match;
		size_t n;

		assert_int_equal(ow_names_find(names, cases[i].text, &match, &n), 0);
		assert_int_equal(n, cases[i].id != NULL);
		if (n)
			assert_string_equal(match->id, cases[i].id);
	}
}

static void runtimes_and_kubelet_leave_names_in_files(void **state)
{
	static const struct {
		const char *path, *text;
		const char *id, *name, *image, *pod, *namespace, *runtime;
	} cases[] = {
		{ "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
		  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\","
		  "\"io.kubernetes.cri.image-name\":\"eat:2\","
		  "\"io.kubernetes.cri.sandbox-name\":\"web-1\","
		  "\"io.kubernetes.cri.sandbox-namespace\":\"shop\"},\"process\":{\"env\":[]}}",
		  ID, "app", "eat:2", "web-1", "shop", "containerd" },
		{ "run/containerd/io.containerd.runtime.v2.task/default/" ID "/config.json",
		  "{\"annotations\":{\"nerdctl/name\":\"box\"}}", ID, "box", NULL, NULL, "default",
		  "containerd" },
		{ "run/containers/storage/overlay-containers/" ID "/userdata/config.json",
		  "{\"annotations\":{\"io.kubernetes.container.name\":\"app\","
		  "\"io.kubernetes.cri-o.ImageName\":\"eat:3\",\"io.kubernetes.pod.name\":\"web-2\","
		  "\"io.kubernetes.pod.namespace\":\"shop\"}}",
		  ID, "app", "eat:3", "web-2", "shop", NULL },
		{ "var/lib/containers/storage/overlay-containers/containers.json",
		  "[{\"id\":\"" ID
		  "\",\"names\":[\"quiet_box\"],\"metadata\":\"{\\\"image-name\\\":"
		  "\\\"eat:4\\\",\\\"name\\\":\\\"quiet_box\\\"}\"}]",
		  ID, "quiet_box", "eat:4", NULL, NULL, NULL },
		{ "var/lib/docker/containers/" ID "/config.v2.json",
		  "{\"ID\":\"" ID "\",\"Name\":\"/leaky\",\"Config\":{\"Image\":\"eat:5\"}}", ID,
		  "leaky", "eat:5", NULL, NULL, "docker" },
		{ "var/log/containers/web-3_shop_app-" ID ".log", "", ID, "app", NULL, "web-3",
		  "shop", NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		FOLDER(root);
		ow_scoped(ow_names_freep) struct ow_names *names = NULL;
		struct ow_name name;

		folder_write(*state, root, cases[i].path, cases[i].text);
		names = at_root(root);
		name = name_of(*state, names, "/" ID);
		assert_name(&name, cases[i].name, cases[i].image, cases[i].pod, cases[i].namespace);
		assert_text(name.runtime, cases[i].runtime);
		assert_string_equal(name.id, ID);
		assert_non_null(strstr(cases[i].path, name.from + 1));
	}
}

static void a_container_is_in_the_pod_of_its_path(void **state)
{
	static const char *const paths[] = {
		POD "/cri-containerd-" ID ".scope",
		POD "/crio-" ID ".scope/init",
		"/kubepods-pod" UID_ ".slice:cri-containerd:" ID,
		"/docker/" GONE "/kubelet/kubepods/pod" UID "/" ID,
		POD,
	};
	FOLDER(root);
	FOLDER(empty);
	ow_scoped(ow_names_freep) struct ow_names *names = NULL, *none = at_root(empty);

	folder_write(*state, root, "var/log/pods/shop_web-0_" UID "/app/0.log", "");
	names = at_root(root);
	for (size_t i = 0; i < OW_ARRAY_SIZE(paths); i++) {
		struct ow_name name = name_of(*state, names, paths[i]);

		assert_name(&name, NULL, NULL, "web-0", "shop");
		name = name_of(*state, none, paths[i]);
		assert_name(&name, NULL, NULL, UID, NULL);
	}
}

static void paths_that_say_it_all_need_nobody(void **state)
{
	static const struct {
		const char *path, *name, *unit, *runtime;
	} cases[] = {
		{ "/system.slice/nginx.service", NULL, "nginx.service", NULL },
		{ "/system.slice/data-\\x2dbig.mount", "data--big.mount", "data-\\x2dbig.mount",
		  NULL },
		{ "/lxc.payload.web", "web", NULL, "lxc" },
		{ "/lxc/abc", "abc", NULL, "lxc" },
		{ "/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2dserver.scope", "db-server", NULL,
		  "libvirt" },
		{ "/slurm/uid_1/job_42/step_0", "42", NULL, "slurm" },
		{ "/system.slice/web.service/libpod-payload-" ID, NULL, "web.service", "podman" },
		{ "/batch/worker", NULL, NULL, NULL },
		{ "/", NULL, NULL, NULL },
	};
	FOLDER(root);
	ow_scoped(ow_names_freep) struct ow_names *names = at_root(root);

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_name name = name_of(*state, names, cases[i].path);

		assert_text(name.name, cases[i].name);
		assert_text(name.unit, cases[i].unit);
		assert_text(name.runtime, cases[i].runtime);
	}
}

static void files_that_make_no_sense_are_passed_over(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"annotations\":7}",
		"{\"annotations\":{\"nerdctl/name\":1}}",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		FOLDER(root);
		ow_scoped(ow_names_freep) struct ow_names *names = NULL;
		struct ow_name name;

		folder_write(*state, root,
			     "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID
			     "/config.json",
			     texts[i]);
		folder_write(*state, root, "var/lib/docker/containers/" ID "/config.v2.json",
			     texts[i]);
		folder_write(*state, root,
			     "var/lib/containers/storage/overlay-containers/containers.json",
			     texts[i]);
		folder_write(*state, root, "var/log/containers/odd", "");
		folder_write(*state, root, "var/log/pods/odd/x", "");
		names = at_root(root);
		name = name_of(*state, names, "/docker/" ID);
		assert_name(&name, NULL, NULL, NULL, NULL);
	}
}

#define MANY 4000 /* an engine has 5 s, under valgrind too */

/* More than 4 MiB: it is read item by item. */
static void answer_many(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[";

	if (strcmp(path, "/version") == 0) {
		reply(fd, 200, version_20, strlen(version_20));
		return;
	}
	say(fd, head, strlen(head));
	for (size_t i = 0; i < MANY; i++) {
		char item[512];
		int n = snprintf(item, sizeof(item),
				 "%s{\"Id\":\"%064zx\",\"Names\":[\"/c%zu\"],\"Labels\":{\"x\":\""
				 "%0300d\"}}",
				 i ? "," : "", i, i, 0);

		say(fd, item, (size_t)n);
	}
	say(fd, "]", 1);
}

static void a_list_may_be_long(void **state)
{
	static const struct behaviour b = { .answer = answer_many };
	ENGINE(engine, &b);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host });
	const struct ow_name *match;
	struct ow_name name;
	size_t n;

	name = name_of(*state, names, ow_printf(*state, "/docker/%064x", MANY - 1));
	assert_string_equal(name.name, "c3999");
	assert_int_equal(ow_names_find(names, "c7", &match, &n), 0);
	assert_int_equal(n, 1);
}

/* Names that nobody has, as long as an answer may be. */
static void answer_long(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[";

	if (strcmp(path, "/version") == 0) {
		reply(fd, 200, version_20, strlen(version_20));
		return;
	}
	say(fd, head, strlen(head));
	for (size_t i = 0; i < 4000; i++) {
		char item[16384];
		int n = snprintf(item, sizeof(item),
				 "%s{\"Id\":\"%064zx\",\"Names\":[\"/%03800d\"],\"Image\":"
				 "\"%04000d\",\"Labels\":{\"io.kubernetes.pod.name\":\"%04000d\"}}",
				 i ? "," : "", i, 0, 0, 0);

		say(fd, item, (size_t)n);
	}
	say(fd, "]", 1);
}

static void names_that_are_too_many_are_left_out(void **state)
{
	static const struct behaviour b = { .answer = answer_long };
	ENGINE(engine, &b);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host });
	const struct ow_source *source;
	struct ow_name name;
	size_t n;

	name = name_of(*state, names, "/docker/" ID);
	assert_string_equal(name.id, ID);
	/* On a slow machine time is up before memory is. */
	source = ow_names_sources(names, &n);
	assert_int_equal(source[n - 1].state, OW_SOURCE_UNREADABLE);
	assert_true(strstr(source[n - 1].detail, "are left out") ||
		    strstr(source[n - 1].detail, "no answer within 5 s"));
}

static void answer_gigabyte(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[{\"Id\":\"";
	static const char zeros[65536] = "";

	if (strcmp(path, "/version") == 0) {
		reply(fd, 200, version_20, strlen(version_20));
		return;
	}
	say(fd, head, strlen(head));
	for (size_t i = 0; i < 16384; i++)
		say(fd, zeros, sizeof(zeros));
}

static void answer_garbage(int fd, const char *path)
{
	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else
		reply(fd, 200, "<html>", 6);
}

static void answer_half(int fd, const char *path)
{
	static const char half[] = "[{\"Id\":\"" ID "\",\"Names\":[\"/leaky\"]},{";

	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else
		reply(fd, 200, half, strlen(half));
}

static void answer_error(int fd, const char *path)
{
	static const char body[] = "{\"message\":\"out of order\"}";

	(void)path;
	reply(fd, 500, body, strlen(body));
}

static void a_bad_engine_is_told_and_the_rest_is_known(void **state)
{
	static const struct {
		void (*answer)(int fd, const char *path);
		const char *detail;
	} cases[] = {
		{ answer_gigabyte, "too large" },
		{ answer_garbage, "is no JSON" },
		{ answer_half, "ends early" },
		{ answer_error, "answered with status 500: out of order" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct behaviour b = { .answer = cases[i].answer };
		ENGINE(engine, &b);
		ow_scoped(ow_names_freep) struct ow_names *names =
			ow_names_new(&(struct ow_names_options){ .host = engine.host });
		struct ow_name name = name_of(*state, names, "/docker/" ID);
		const struct ow_source *source;
		size_t n;

		assert_string_equal(name.id, ID);
		source = ow_names_sources(names, &n);
		assert_true(n >= 1);
		assert_int_equal(source[0].state, OW_SOURCE_UNREADABLE);
		if (!strstr(source[0].detail, cases[i].detail))
			fail_msg("%s", source[0].detail);
	}
}

static void answer_never(int fd, const char *path)
{
	(void)fd, (void)path;
	(void)sleep(60);
}

/* An engine that hangs takes its time from nobody else: what is in files is known all the same. */
static void an_engine_that_hangs_does_not_hide_the_rest(void **state)
{
	static const struct behaviour b = { .answer = answer_never };
	ENGINE(engine, &b);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host });
	const struct ow_source *source;
	struct ow_name name;
	size_t n;

	name = name_of(*state, names, "/lxc/web");
	assert_string_equal(name.name, "web");
	name = name_of(*state, names, POD "/cri-containerd-" NONE ".scope");
	assert_string_equal(name.pod, UID);
	source = ow_names_sources(names, &n);
	assert_int_equal(source[0].state, OW_SOURCE_UNREADABLE);
	assert_non_null(strstr(source[0].detail, "no answer within 5 s"));
}

static void nobody_is_asked_who_should_not_be(void **state)
{
	ENGINE(engine, &docker);
	ow_scoped(ow_names_freep) struct ow_names *names =
		ow_names_new(&(struct ow_names_options){ .host = engine.host, .no_engines = true });
	struct ow_name name = name_of(*state, names, "/docker/" ID);

	assert_null(name.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(an_engine_knows_its_containers),
		UNIT(a_name_finds_its_container),
		UNIT(runtimes_and_kubelet_leave_names_in_files),
		UNIT(a_container_is_in_the_pod_of_its_path),
		UNIT(paths_that_say_it_all_need_nobody),
		UNIT(files_that_make_no_sense_are_passed_over),
		UNIT(a_list_may_be_long),
		UNIT(names_that_are_too_many_are_left_out),
		UNIT(a_bad_engine_is_told_and_the_rest_is_known),
		UNIT(an_engine_that_hangs_does_not_hide_the_rest),
		UNIT(nobody_is_asked_who_should_not_be),
	};

	if (setenv("DOCKER_CONFIG", "/nonexistent", 1) < 0 || unsetenv("DOCKER_CONTEXT") < 0)
		return 1;
	return cmocka_run_group_tests_name("collect/names", tests, NULL, NULL);
}
