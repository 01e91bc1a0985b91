/* SPDX-License-Identifier: Apache-2.0 */
#include "read/owner.h"

#include "unit.h"

#define ID   "0ac29a59b98b40638d8bccafafac0b6c8b597c2a34ba7e4f7936888869d6d21e"
#define ID2  "3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a"
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

	{ "/user.slice/user-libpod_pod_" ID ".slice", OW_OWNER_POD, "podman", ID, "" },
	{ "/libpod_parent/" ID, OW_OWNER_POD, "podman", ID, "" },
	{ "/libpod_parent/" ID "/libpod-" ID, OW_OWNER_CONTAINER, "podman", ID, "" },
	{ "/docker/" ID "/docker/" ID2, OW_OWNER_CONTAINER, "docker", ID2, "" },
	{ "/system.slice/docker-" ID ".scope/docker/" ID2 "/init", OW_OWNER_CONTAINER, "docker",
	  ID2, "/init" },
	{ "/system.slice/docker-" ID ".scope/buildkit/x1", OW_OWNER_CONTAINER, "buildkit", "x1",
	  "" },
	{ "/docker/buildx/x1", OW_OWNER_CONTAINER, "buildkit", "x1", "" },
	{ "/default/" ID, OW_OWNER_CONTAINER, "containerd", ID, "" },
	{ "/moby/" ID, OW_OWNER_CONTAINER, "docker", ID, "" },
	{ USER "/user.slice/libpod-" ID ".scope", OW_OWNER_CONTAINER, "podman", ID, "" },

	{ POD, OW_OWNER_POD, "kubernetes", UID, "" },
	{ POD "/docker-" ID ".scope", OW_OWNER_CONTAINER, "docker", ID, "" },
	{ "/lxc/104/ns" POD "/cri-containerd-" ID ".scope", OW_OWNER_CONTAINER, "containerd", ID,
	  "" },
	{ "/docker/" ID2 "/kubepods/burstable/pod" UID "/" ID, OW_OWNER_CONTAINER, NULL, ID, "" },
	{ "/docker/" ID2 "/kubelet/kubepods/burstable/pod" UID, OW_OWNER_POD, "kubernetes", UID,
	  "" },
	{ "/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice", OW_OWNER_QOS,
	  "kubernetes", "kubelet-kubepods.slice", "" },
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
	{ "/lxc.monitor/web", OW_OWNER_UNIT, "lxc", "web", "" },
	{ "/lxc.payload.shop_web", OW_OWNER_CONTAINER, "lxc", "shop_web", "" },
	{ "/system.slice/runc-bpm-garden.scope/garden-1/good/7f2c-1", OW_OWNER_CONTAINER, "garden",
	  "7f2c-1", "" },
	{ "/instance-17k", OW_OWNER_CONTAINER, "garden", "17k", "" },
	{ "/garden/7f2c-1", OW_OWNER_CONTAINER, "garden", "7f2c-1", "" },
	{ "/machine.slice/systemd-nspawn@web.service/payload", OW_OWNER_CONTAINER, "systemd-nspawn",
	  "web", "/payload" },
	{ "/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2dserver.scope/libvirt/emulator", OW_OWNER_VM,
	  "libvirt", "db-server", "/libvirt/emulator" },
	{ "/machine/qemu-3-db-1.libvirt-qemu", OW_OWNER_VM, "libvirt", "db-1", "" },
	{ "/machine/qemu-db.libvirt-qemu", OW_OWNER_VM, "libvirt", "qemu-db", "" },
	{ "/machine.slice/machine-web.scope", OW_OWNER_CONTAINER, "systemd-nspawn", "web", "" },
	{ "/machine/db.libvirt-qemu", OW_OWNER_VM, "libvirt", "db", "" },
	{ "/qemu.slice/104.scope", OW_OWNER_VM, "proxmox", "104", "" },

	{ "/slurm/uid_1000/job_4711/step_0/task_0", OW_OWNER_JOB, "slurm", "4711",
	  "/step_0/task_0" },
	{ "/slurm_node7/uid_1000/job_4711", OW_OWNER_JOB, "slurm", "4711", "" },
	{ "/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0", OW_OWNER_JOB, "slurm",
	  "4711", "/step_0/user/task_0" },
	{ "/pbspro.slice/pbspro-12.host.slice", OW_OWNER_JOB, "pbs", "12.host", "" },
	{ "/lsf/cluster/job.12.340.1", OW_OWNER_JOB, "lsf", "12.340.1", "" },
	{ "/system.slice/node7_slurmstepd.scope/job_4711/step_extern", OW_OWNER_JOB, "slurm",
	  "4711", "/step_extern" },
	{ "/torque/12.host", OW_OWNER_JOB, "torque", "12.host", "" },
	{ "/htcondor/slot1", OW_OWNER_JOB, "htcondor", "slot1", "" },
	{ "/system.slice/condor.service/condor_slot1", OW_OWNER_JOB, "htcondor", "slot1", "" },
	{ "/mesos/8f3e/mesos/9a1b", OW_OWNER_CONTAINER, "mesos", "9a1b", "" },
	{ "/nomad/8f3e.web", OW_OWNER_JOB, "nomad", "8f3e.web", "" },
	{ "/nomad.slice/share.slice/8f3e.web.scope", OW_OWNER_JOB, "nomad", "8f3e.web", "" },
	{ "/ecs/" UID, OW_OWNER_JOB, "ecs", UID, "" },
	{ "/ecs/cluster/" UID, OW_OWNER_JOB, "ecs", UID, "" },
	{ "/ecs/cluster/" UID "/" ID, OW_OWNER_CONTAINER, NULL, ID, "" },
	{ "/ecstasks.slice/ecstasks-8f3e.slice/docker-" ID ".scope", OW_OWNER_CONTAINER, "docker",
	  ID, "" },
	{ "/ecstasks.slice/ecstasks-8f3e.slice", OW_OWNER_JOB, "ecs", "8f3e", "" },
	{ "/apps/uid_10123/pid_77", OW_OWNER_SESSION, "android", "uid_10123", "/pid_77" },
	{ "/uid_1000/pid_1", OW_OWNER_SESSION, "android", "uid_1000", "/pid_1" },
	{ "/slurm/uid_1000", OW_OWNER_CGROUP, NULL, "/slurm/uid_1000", "" },
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
	{ USER "/app.slice/app-gnome-firefox-1234.scope", OW_OWNER_UNIT, NULL,
	  "app-gnome-firefox-1234.scope", "" },
	{ USER "/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1f8d.scope", OW_OWNER_UNIT, NULL,
	  "vte-spawn-1f8d.scope", "" },
	{ "/system.slice/data-\\x2dbig.mount", OW_OWNER_UNIT, NULL, "data-\\x2dbig.mount", "" },
	{ "/ltp/test-9552/0", OW_OWNER_CGROUP, NULL, "/ltp/test-9552/0", "" },
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
		"/good/7f2c-1",
		"/a/instance-17k",
		"/b/uid_1000",
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
