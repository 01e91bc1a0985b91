/* SPDX-License-Identifier: Apache-2.0 */
#include "noise.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define DECOY_ONE_IN 200

/* %d is a number, %x eight hex digits, %i an address, %m that of a network card, %c the id of a
 * container. */
struct form {
	const char *program;
	const char *text;
};

static const struct form plain[] = {
	{ NULL, "audit: type=1400 audit(17%x.%d:%d): apparmor=\"DENIED\" operation=\"open\" "
		"profile=\"docker-default\" name=\"/proc/%d/attr/current\" pid=%d comm=\"node\" "
		"requested_mask=\"r\" denied_mask=\"r\" fsuid=1000 ouid=0" },
	{ NULL, "audit: type=1326 audit(17%x.%d:%d): auid=4294967295 uid=0 gid=0 ses=4294967295 "
		"subj=unconfined pid=%d comm=\"chronyd\" exe=\"/usr/sbin/chronyd\" sig=0 "
		"arch=c000003e syscall=%d compat=0 ip=0x7f%x code=0x50000" },
	{ NULL, "[UFW BLOCK] IN=eth0 OUT= MAC=%m:%m:08:00 SRC=%i DST=%i LEN=40 TOS=0x00 PREC=0x00 "
		"TTL=244 ID=%d PROTO=TCP SPT=%d DPT=%d WINDOW=1024 RES=0x00 SYN URGP=0" },
	{ NULL, "[UFW AUDIT] IN= OUT=eth0 SRC=%i DST=%i LEN=76 TOS=0x10 PREC=0x00 TTL=64 ID=%d DF "
		"PROTO=UDP SPT=%d DPT=123 LEN=56" },
	{ NULL, "docker0: port %d(veth%x) entered blocking state" },
	{ NULL, "docker0: port %d(veth%x) entered disabled state" },
	{ NULL, "docker0: port %d(veth%x) entered forwarding state" },
	{ NULL, "device veth%x entered promiscuous mode" },
	{ NULL, "device veth%x left promiscuous mode" },
	{ NULL, "eth0: renamed from veth%x" },
	{ NULL, "br-%c: port %d(veth%x) entered blocking state" },
	{ NULL, "IPv6: ADDRCONF(NETDEV_CHANGE): veth%x: link becomes ready" },
	{ NULL, "IPv4: martian source %i from %i, on dev eth0" },
	{ NULL, "TCP: request_sock_TCP: Possible SYN flooding on port %i:%d. Sending cookies." },
	{ NULL, "nf_conntrack: nf_conntrack: table full, dropping packet" },
	{ NULL, "e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: "
		"Rx/Tx" },
	{ NULL, "ixgbe 0000:%d:00.0 enp3s0f0: initiating reset due to tx timeout" },
	{ NULL, "usb 1-%d: new high-speed USB device number %d using xhci_hcd" },
	{ NULL, "usb 1-%d: New USB device found, idVendor=0951, idProduct=1666, bcdDevice= 1.10" },
	{ NULL, "usb 1-%d: USB disconnect, device number %d" },
	{ NULL, "sd %d:0:0:0: [sda] Synchronizing SCSI cache" },
	{ NULL, "sd %d:0:0:0: [sdb] 1953525168 512-byte logical blocks: (1.00 TB/932 GiB)" },
	{ NULL, "blk_update_request: I/O error, dev sdb, sector %d%d op 0x0:(READ) flags 0x80700 "
		"phys_seg 1 prio class 0" },
	{ NULL, "nvme nvme0: I/O %d QID %d timeout, completion polled" },
	{ NULL, "EXT4-fs (dm-%d): mounted filesystem with ordered data mode. Quota mode: none." },
	{ NULL, "XFS (dm-%d): Ending clean mount" },
	{ NULL, "overlayfs: upperdir is in-use as upperdir/workdir of another mount, accessing "
		"files from both mounts will result in undefined behavior." },
	{ NULL, "mce: [Hardware Error]: CPU %d: Machine Check: 0 Bank 7: 8c0000%x" },
	{ NULL, "perf: interrupt took too long (%d > 2500), lowering "
		"kernel.perf_event_max_sample_rate to 50000" },
	{ NULL, "hrtimer: interrupt took %d ns" },
	{ NULL, "clocksource: timekeeping watchdog on CPU%d: hpet wd-wd read-back delay of %dns" },
	{ NULL, "INFO: task jbd2/dm-%d-8:%d blocked for more than 120 seconds." },
	{ NULL, "  Tainted: G           OE     5.15.0-%d-generic #%d-Ubuntu" },
	{ NULL, "task:kworker/u16:%d  state:D stack:    0 pid:%d ppid:     2 flags:0x00004000" },
	{ NULL, " ? __schedule+0x%x/0x1510" },
	{ NULL, " ret_from_fork+0x22/0x30" },
	{ NULL, "RIP: 0033:0x7f%x" },
	{ NULL, "RSP: 002b:00007ffd%x EFLAGS: 00000246 ORIG_RAX: 00000000000000ca" },
	{ NULL, "traps: node[%d] trap int3 ip:55%x sp:7ffd%x error:0 in node[55%x+2a8c000]" },
	{ NULL, "nginx[%d]: segfault at 0 ip 000055%x sp 00007ffc%x error 4 in nginx[55%x+fa000]" },
	{ NULL, "CIFS: VFS: \\\\%i has not responded in 180 seconds. Reconnecting..." },
	{ NULL, "nfs: server %i not responding, still trying" },
	{ NULL, "nfs: server %i OK" },
	{ NULL, "thermal thermal_zone%d: failed to read out thermal zone (-61)" },
	{ NULL, "ACPI Error: AE_NOT_FOUND, Evaluating _BCM failed (20210730/video-%d)" },
	{ NULL, "kauditd_printk_skb: %d callbacks" },
	{ "systemd[1]", "Started Session %d of User deploy." },
	{ "systemd[1]", "session-%d.scope: Deactivated successfully." },
	{ "systemd[1]", "docker-%c%c.scope: Deactivated successfully." },
	{ "systemd[1]", "run-docker-runtime\\x2drunc-moby-%c-runc.%x.mount: Succeeded." },
	{ "systemd-networkd[612]", "veth%x: Gained IPv6LL" },
	{ "systemd-resolved[618]", "Using degraded feature set UDP instead of UDP+EDNS0 for DNS "
				   "server %i." },
	{ "systemd-timesyncd[577]", "Initial synchronization to time server %i:123." },
	{ "dockerd[931]", "time=\"2026-11-20T07:51:%dZ\" level=info msg=\"ignoring event\" "
			  "container=%c%c module=libcontainerd namespace=moby topic=/tasks/delete "
			  "type=\"*events.TaskDelete\"" },
	{ "containerd[802]", "time=\"2026-11-20T07:51:%dZ\" level=info msg=\"shim disconnected\" "
			     "id=%c%c namespace=moby" },
	{ "sshd[4211]", "Invalid user admin from %i port %d" },
	{ "sshd[4211]", "Connection closed by authenticating user root %i port %d [preauth]" },
	{ "CRON[5310]", "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)" },
	{ "kubelet[1290]",
	  "I1120 07:51:%d.%d    1290 reconciler.go:225] \"operationExecutor."
	  "VerifyControllerAttachedVolume started for volume \\\"config\\\" "
	  "(UniqueName: \\\"kubernetes.io/configmap/%c\\\") pod \\\"web-%x\\\"\"" },
	{ "app[7001]",
	  "{\"level\":\"info\",\"ts\":%d.%d,\"msg\":\"request\",\"path\":\"/v1/items/%d\","
	  "\"status\":200,\"bytes\":%d,\"remote\":\"%i\"}" },
};

static const struct form decoys[] = {
	{ NULL, "Freeing unused kernel image (initmem) memory: %dK" },
	{ NULL, "EDAC MC0: %d CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0" },
	{ NULL, "drm: not enough room in the ring of card%d" },
	{ "systemd[1]", "docker-%c%c.scope: Consumed %d.%ds CPU time, %dM memory peak." },
	{ "systemd[1]", "app@%d.service: Main process exited, code=killed, status=15/TERM" },
	{ "app[7001]", "{\"level\":\"warn\",\"msg\":\"cache keeps %d MiB of memory\"}" },
};

uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15; /* SplitMix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t random_below(struct random *random, uint64_t n)
{
	return random_next(random) % n;
}

static int expand(char letter, struct random *random, char *out, size_t room)
{
	const uint64_t r = random_next(random);

	switch (letter) {
	case 'd':
		return snprintf(out, room, "%" PRIu64, r % 10000);
	case 'x':
		return snprintf(out, room, "%08" PRIx64, r & 0xffffffff);
	case 'c':
		return snprintf(out, room, "%016" PRIx64, r);
	case 'i':
		return snprintf(out, room, "10.%u.%u.%u", (unsigned)r & 255,
				(unsigned)(r >> 8) & 255, (unsigned)(r >> 16) & 255);
	case 'm':
		return snprintf(out, room, "02:42:%02x:%02x:%02x:%02x", (unsigned)r & 255,
				(unsigned)(r >> 8) & 255, (unsigned)(r >> 16) & 255,
				(unsigned)(r >> 24) & 255);
	default:
		return 0;
	}
}

void noise_make(struct random *random, struct noise *ret)
{
	const struct form *form = random_below(random, DECOY_ONE_IN) == 0
					  ? &decoys[random_below(random, OW_ARRAY_SIZE(decoys))]
					  : &plain[random_below(random, OW_ARRAY_SIZE(plain))];

	ret->program = form->program;
	ret->n = 0;
	for (const char *p = form->text; *p && ret->n < sizeof(ret->text) - 32; p++) {
		if (*p == '%')
			ret->n += (size_t)expand(*++p, random, ret->text + ret->n, 32);
		else
			ret->text[ret->n++] = *p;
	}
}
