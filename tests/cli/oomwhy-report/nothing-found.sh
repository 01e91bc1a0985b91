# The sources and their period are named, and the status is not that of a failure.
cat >log <<'END'
2026-11-20T07:51:02+00:00 web-1 kernel: usb 1-1: new high-speed USB device
2026-11-20T07:59:02+00:00 web-1 kernel: usb 1-1: USB disconnect
END
oomwhy report log | sed -n '/^SOURCES/,/^$/p; $p' | head -n 6
oomwhy report log >report
