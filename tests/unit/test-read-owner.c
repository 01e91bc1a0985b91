/* SPDX-License-Identifier: Apache-2.0 */
#include "read/owner.h"

#include "unit.h"

#define ID   "0ac29a59b98b40638d8bccafafac0b6c8b597c2a34ba7e4f7936888869d6d21e"
#define UID_ "1f8dd0b3_0a4c_4d36_9a51_5a1b6a3f1c11"
#define UID  "1f8dd0b3-0a4c-4d36-9a51-5a1b6a3f1c11"
#define POD  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice"
#define USER "/user.slice/user-1000.slice/user@1000.service"

static const struct {
	const char *path;
	enum ow_owner_kind kind;
	const char *runtime, *id;
	const char *rest; /* what of the path stands behind the owner's */
} cases[] = {
	{ "/", OW_OWNER_ROOT, NULL, "/", "" },
	{ "/batch/worker", OW_OWNER_CGROUP, NULL, "/batch/worker", "" },
	{ "/job_7", OW_OWNER_CGROUP, NULL, "/job_7", "" },

	{ "/docker/" ID, OW_OWNER_CONTAINER, "docker", ID, "" },
	{ "/docker/" ID "/init", OW_OWNER_CONTAINER, "docker", ID, "/init" },
	{ "/ci/" ID, OW_OWNER_CONTAINER, NULL, ID, "" },
	{ "/docker/0ac29a59b98b", OW_OWNER_CONTAINER, "docker", "0ac29a59b98b", "" },
	{ "/system.slice/docker-" ID ".scope", OW_OWNER_CONTAINER, "docker", ID, "" },
	{ "/system.slice/docker-" ID ".scope/init", OW_OWNER_CONTAINER, "docker", ID, "/init" },
	{ "/system.slice/docker-" ID ".scope/init.scope", OW_OWNER_CONTAINER, "docker", ID,
	  "/init.scope" },
	{ "/system.slice:docker:" ID, OW_OWNER_CONTAINER, "docker", ID, "" },
	{ USER "/user.slice/docker-" ID ".scope", OW_OWNER_CONTAINER, "docker", ID, "" },
	{ "/lxc/39004/ns/system.slice/docker-" ID ".scope", OW_OWNER_CONTAINER, "docker", ID, "" },
	{ "/docker/buildkit/4vjz2hf1kx9", OW_OWNER_CONTAINER, "buildkit", "4vjz2hf1kx9", "" },
	{ "/system.slice/nerdctl-" ID ".scope", OW_OWNER_CONTAINER, "containerd", ID, "" },
	{ "/k8s.io/" ID, OW_OWNER_CONTAINER, "containerd", ID, "" },
	{ "/machine.slice/libpod-" ID ".scope/container", OW_OWNER_CONTAINER, "podman", ID,
	  "/container" },
	{ "/libpod_parent/libpod-" ID, OW_OWNER_CONTAINER, "podman", ID, "" },
	{ "/system.slice/web.service/libpod-payload-" ID, OW_OWNER_CONTAINER, "podman", ID, "" },
	{ "/machine.slice/libpod-conmon-" ID ".scope", OW_OWNER_UNIT, NULL,
	  "libpod-conmon-" ID ".scope", "" },
	{ "/machine.slice/machine-libpod_pod_" ID ".slice", OW_OWNER_POD, "podman", ID, "" },

	{ POD, OW_OWNER_POD, "kubernetes", UID, "" },
	{ POD "/cri-containerd-" ID ".scope", OW_OWNER_CONTAINER, "containerd", ID, "" },
	{ POD "/crio-" ID ".scope", OW_OWNER_CONTAINER, "cri-o", ID, "" },
	{ POD "/crio-conmon-" ID ".scope", OW_OWNER_UNIT, NULL, "crio-conmon-" ID ".scope", "" },
	{ "/kubepods.slice/kubepods-pod" UID_ ".slice", OW_OWNER_POD, "kubernetes", UID, "" },
	{ "/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID, OW_OWNER_CONTAINER,
	  "containerd", ID, "" },
	{ "/kubepods/pod" UID "/" ID, OW_OWNER_CONTAINER, NULL, ID, "" },
	{ "/kubepods/burstable/pod" UID, OW_OWNER_POD, "kubernetes", UID, "" },
	{ "/kubepods/besteffort/pod1f8dd0b30a4c4d369a515a1b6a3f1c11", OW_OWNER_POD, "kubernetes",
	  "1f8dd0b30a4c4d369a515a1b6a3f1c11", "" },
	{ "/kubepods", OW_OWNER_QOS, "kubernetes", "kubepods", "" },
	{ "/kubepods.slice", OW_OWNER_QOS, "kubernetes", "kubepods.slice", "" },
	{ "/kubepods/burstable", OW_OWNER_QOS, "kubernetes", "burstable", "" },
	{ "/kubepods.slice/kubepods-besteffort.slice", OW_OWNER_QOS, "kubernetes",
	  "kubepods-besteffort.slice", "" },
	{ "/docker/" ID "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_ ".slice",
	  OW_OWNER_POD, "kubernetes", UID, "" },

	{ "/lxc/39004", OW_OWNER_CONTAINER, "lxc", "39004", "" },
	{ "/lxc/39004/ns", OW_OWNER_CONTAINER, "lxc", "39004", "/ns" },
	{ "/lxc.payload.web", OW_OWNER_CONTAINER, "lxc", "web", "" },
	{ "/lxc.payload/web", OW_OWNER_CONTAINER, "lxc", "web", "" },
	{ "/lxc.monitor.web", OW_OWNER_UNIT, "lxc", "lxc.monitor.web", "" },
	{ "/garden/7f2c-1", OW_OWNER_CONTAINER, "garden", "7f2c-1", "" },
	{ "/machine.slice/systemd-nspawn@web.service/payload", OW_OWNER_CONTAINER, "systemd-nspawn",
	  "web", "/payload" },
	{ "/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2dserver.scope/libvirt/emulator", OW_OWNER_VM,
	  "libvirt", "db-server", "/libvirt/emulator" },
	{ "/machine/db.libvirt-qemu", OW_OWNER_VM, "libvirt", "db", "" },
	{ "/qemu.slice/104.scope", OW_OWNER_VM, "proxmox", "104", "" },

	{ "/slurm/uid_1000/job_4711/step_0/task_0", OW_OWNER_JOB, "slurm", "4711",
	  "/step_0/task_0" },
	{ "/slurm_node7/uid_1000/job_4711", OW_OWNER_JOB, "slurm", "4711", "" },
	{ "/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0", OW_OWNER_JOB, "slurm",
	  "4711", "/step_0/user/task_0" },
	{ "/pbspro.slice/pbspro-12.host.slice", OW_OWNER_JOB, "pbs", "12.host", "" },
	{ "/lsf/cluster/job.12.340.1", OW_OWNER_JOB, "lsf", "12.340.1", "" },
	{ "/nomad.slice/8f3e.web.scope", OW_OWNER_JOB, "nomad", "8f3e.web", "" },
	{ "/ecs/8f3e/" ID, OW_OWNER_CONTAINER, NULL, ID, "" },

	{ "/system.slice/nginx.service", OW_OWNER_UNIT, NULL, "nginx.service", "" },
	{ "/system.slice/nginx.service/worker", OW_OWNER_UNIT, NULL, "nginx.service", "/worker" },
	{ "/system.slice/system-db.slice/db@main.service", OW_OWNER_UNIT, NULL, "db@main.service",
	  "" },
	{ "/init.scope", OW_OWNER_UNIT, NULL, "init.scope", "" },
	{ "/team.slice", OW_OWNER_SLICE, NULL, "team.slice", "" },
	{ "/user.slice/user-1000.slice/session-3.scope", OW_OWNER_SESSION, NULL, "session-3.scope",
	  "" },
	{ USER "/init.scope", OW_OWNER_SESSION, NULL, "user@1000.service", "/init.scope" },
	{ USER "/app.slice/run-u640.service", OW_OWNER_UNIT, NULL, "run-u640.service", "" },
	{ "/user.slice/user-1000.slice", OW_OWNER_SLICE, NULL, "user-1000.slice", "" },
};

static void the_deepest_name_decides(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_owner owner;

		assert_int_equal(ow_owner_read(cases[i].path, *state, &owner), 0);
		if (owner.kind != cases[i].kind || strcmp(owner.id, cases[i].id) != 0)
			fail_msg("%s: kind %d id %s", cases[i].path, owner.kind, owner.id);
		if (!owner.runtime != !cases[i].runtime ||
		    (owner.runtime && strcmp(owner.runtime, cases[i].runtime) != 0))
			fail_msg("%s: runtime %s", cases[i].path, owner.runtime);
		if (strcmp(cases[i].path + strlen(owner.path), cases[i].rest) != 0 ||
		    strncmp(cases[i].path, owner.path, strlen(owner.path)) != 0)
			fail_msg("%s: path %s", cases[i].path, owner.path);
	}
}

static void names_that_only_look_like_it_name_nobody(void **state)
{
	static const char *const paths[] = {
		"/podcast",
		"/pod",
		"/docker",
		"/lxc.payload.",
		"/0ac29a59b98b",
		"/libpod-.scopes",
		"//",
		"/a/../b",
		"\n",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(paths); i++) {
		struct ow_owner owner;

		assert_int_equal(ow_owner_read(paths[i], *state, &owner), 0);
		if (owner.kind != OW_OWNER_CGROUP || strcmp(owner.id, paths[i]) != 0)
			fail_msg("%s: kind %d id %s", paths[i], owner.kind, owner.id);
	}
}

static void without_memory_nothing_is_touched(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(16);
	struct ow_owner owner = { .id = "before" };

	(void)state;
	assert_int_equal(ow_owner_read("/docker/" ID, arena, &owner), -12);
	assert_string_equal(owner.id, "before");
}

static void a_container_knows_its_pod(void **state)
{
	static const struct {
		const char *path, *pod;
	} pods[] = {
		{ POD "/cri-containerd-" ID ".scope", UID },
		{ POD "/cri-containerd-" ID ".scope/init", UID },
		{ "/kubepods/pod" UID "/" ID, UID },
		{ "/machine.slice/machine-libpod_pod_" ID ".slice/libpod-" ID ".scope", ID },
		{ "/docker/" ID "/kubepods/pod" UID "/" ID, UID },
		{ "/kubepods/pod" UID, NULL },
		{ "/docker/" ID, NULL },
		{ POD "/crio-conmon-" ID ".scope", NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(pods); i++) {
		struct ow_owner owner;

		assert_int_equal(ow_owner_read(pods[i].path, *state, &owner), 0);
		if (pods[i].pod)
			assert_string_equal(owner.pod, pods[i].pod);
		else
			assert_null(owner.pod);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_container_knows_its_pod),
		UNIT(the_deepest_name_decides),
		UNIT(names_that_only_look_like_it_name_nobody),
		UNIT(without_memory_nothing_is_touched),
	};

	return cmocka_run_group_tests_name("read/owner", tests, NULL, NULL);
}
