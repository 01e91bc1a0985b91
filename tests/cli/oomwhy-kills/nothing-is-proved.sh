# Where no kill is found, each source says from when to when that is known.
cat >quiet <<'END'
Nov 20 07:51:02 web-1 kernel: [    0.0] Linux version 6.1.0-18-amd64
Nov 20 08:51:02 web-1 kernel: [ 3600.0] eth0: down
END
printf '4,344,283033791,-;eth0: up\n4,345,303033792,-;eth0: down\n' >ring
set -- --utc --now 2026-11-21
oomwhy kills "$@" quiet
echo "exit $?"
oomwhy kills "$@" quiet ring
echo "exit $?"
oomwhy kills "$@" --since 2026-11-20T08:00:00Z --until 2026-11-20T08:30:00Z quiet
echo "exit $?"
oomwhy kills - <ring
echo "exit $?"
mkdir -p case/kernel
cp ring case/kernel/kmsg
printf '{"schema": "oomwhy.case/1", "files": [{"path": "kernel/kmsg", "source": "/dev/kmsg", "time": "2026-11-20T07:51:02Z", "sha256": "%s"}]}\n' \
  "$(sha256sum ring | cut -d ' ' -f 1)" >case/manifest.json
oomwhy kills case
echo "exit $?"
oomwhy kills --json quiet 2>/dev/null
