// SPDX-License-Identifier: Apache-2.0

// A service with a leak: it keeps the body of each order that it answers. It has a catalogue that is
// large and does not grow, makes garbage as every service does, and serves its pprof pages and
// metrics at the address that it is given. The orders are its own: so many a second.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	bodyBytes    = 1000
	pageBytes    = 20000
	catalogBytes = 16 << 20
)

// catalog is large by design: it is filled once.
type catalog struct{ items [][]byte }

func (c *catalog) load() {
	for n := 0; n < catalogBytes; n += 4096 {
		c.items = append(c.items, bytes.Repeat([]byte("c"), 4096))
	}
}

// journal keeps what it should have written to a disk.
type journal struct{ bodies []string }

func (j *journal) keep(body string) {
	kept := strings.Clone(body)
	j.bodies = append(j.bodies, kept)
}

var (
	goods   catalog
	orders  journal
	started = time.Now()
	page    []byte
)

func answer(body string) {
	orders.keep(body)
	page = bytes.Repeat([]byte("."), pageBytes)
}

func work(perSecond int) {
	body := strings.Repeat("x", bodyBytes)
	for begin, n := time.Now(), 0; ; {
		for due := int(time.Since(begin).Seconds() * float64(perSecond)); n < due; n++ {
			answer(body)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// metrics has the names that Prometheus' client for Go gives them.
func metrics(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gauge := func(name string, value float64) {
		fmt.Fprintf(w, "# TYPE %s gauge\n%s %s\n", name, name, strconv.FormatFloat(value, 'g', -1, 64))
	}
	gauge("go_goroutines", float64(runtime.NumGoroutine()))
	gauge("go_memstats_alloc_bytes", float64(m.Alloc))
	gauge("go_memstats_sys_bytes", float64(m.Sys))
	gauge("go_memstats_heap_alloc_bytes", float64(m.HeapAlloc))
	gauge("go_memstats_heap_sys_bytes", float64(m.HeapSys))
	gauge("go_memstats_heap_idle_bytes", float64(m.HeapIdle))
	gauge("go_memstats_heap_inuse_bytes", float64(m.HeapInuse))
	gauge("go_memstats_heap_released_bytes", float64(m.HeapReleased))
	gauge("go_memstats_heap_objects", float64(m.HeapObjects))
	gauge("go_memstats_stack_inuse_bytes", float64(m.StackInuse))
	gauge("go_memstats_stack_sys_bytes", float64(m.StackSys))
	gauge("go_memstats_next_gc_bytes", float64(m.NextGC))
	gauge("process_start_time_seconds", float64(started.UnixMilli())/1000)
	if status, err := os.ReadFile("/proc/self/statm"); err == nil {
		var size, resident float64
		fmt.Sscan(string(status), &size, &resident)
		gauge("process_resident_memory_bytes", resident*float64(os.Getpagesize()))
	}
}

func main() {
	perSecond, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/metrics", metrics)
	goods.load()
	go work(perSecond)
	fmt.Println(listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
