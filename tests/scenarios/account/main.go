// SPDX-License-Identifier: Apache-2.0

// A program whose memory goes one way of several. It takes a step for each line of its input, and
// says when that is done; its first line is the address of its pages.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"syscall"
	"time"
)

const mib = 1 << 20

var (
	kept   [][]byte
	mapped [][]byte
	never  = make(chan int)
	chain  *node
)

// A node is dear to mark: it is small, and leads to the next one.
type node struct {
	next *node
	room [7]uint64
}

// metricsPage writes all numbers of runtime/metrics with the names that Prometheus' client gives them.
func metricsPage(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "# TYPE go_info gauge\ngo_info{version=%q} 1\n", runtime.Version())
	for _, d := range metrics.All() {
		s := []metrics.Sample{{Name: d.Name}}
		metrics.Read(s)
		name := "go" + strings.NewReplacer("/", "_", ":", "_", "-", "_").Replace(d.Name)
		switch s[0].Value.Kind() {
		case metrics.KindUint64:
			fmt.Fprintf(w, "%s %g\n", name, float64(s[0].Value.Uint64()))
		case metrics.KindFloat64:
			fmt.Fprintf(w, "%s %g\n", name, s[0].Value.Float64())
		}
	}
}

// fill keeps n bytes in blocks of size, each of them written to.
func fill(n, size int) {
	for ; n > 0; n -= size {
		block := make([]byte, size)
		for i := 0; i < size; i += 512 {
			block[i] = 1
		}
		kept = append(kept, block)
	}
}

func wait(depth int) int {
	var room [256]byte
	if depth == 0 {
		return <-never
	}
	return wait(depth-1) + int(room[depth])
}

func spawn(n int) {
	for i := 0; i < n; i++ {
		go wait(20)
	}
	time.Sleep(300 * time.Millisecond)
}

func mmap(n int) {
	block, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	syscall.Madvise(block, 15) // MADV_NOHUGEPAGE
	for i := 0; i < n; i += 4096 {
		block[i] = 1
	}
	mapped = append(mapped, block)
}

// thin drops all blocks but one of each sixteen: each of 8 KiB keeps its span.
func thin() {
	var few [][]byte
	for i := 0; i < len(kept); i += 16 {
		few = append(few, kept[i])
	}
	kept = few
}

func link(n int) {
	for ; n > 0; n -= 64 {
		chain = &node{next: chain}
	}
}

// thrash makes garbage, perhaps while the limit leaves no room for it.
func thrash(d time.Duration) {
	var garbage *node
	for end := time.Now().Add(d); time.Now().Before(end); {
		for i := 0; i < 1000; i++ {
			garbage = &node{next: garbage}
		}
		garbage = nil
	}
}

var ways = map[string]func(step int){
	"leak":  func(step int) { fill(16*mib, 4096) },
	"tasks": func(step int) { spawn(2000) },
	"mmap":  func(step int) { mmap(24 * mib) },
	"freed": func(step int) {
		if step == 1 {
			fill(64*mib, 4096)
		} else {
			kept = nil
			debug.FreeOSMemory()
		}
	},
	"thin": func(step int) {
		if step == 1 {
			fill(64*mib, 512)
		} else if step == 2 {
			thin()
		}
	},
	"limit": func(step int) {
		link(18 * mib)
		if step == 3 {
			thrash(5 * time.Second)
		}
	},
	"churn": func(step int) {
		if step == 1 {
			fill(8*mib, 4096)
		}
		thrash(500 * time.Millisecond)
	},
}

func main() {
	way := ways[os.Args[1]]
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/metrics", metricsPage)
	go http.Serve(listener, nil)
	fmt.Println(listener.Addr())
	in := bufio.NewScanner(os.Stdin)
	for step := 1; in.Scan(); step++ {
		way(step)
		if os.Args[1] != "limit" {
			runtime.GC()
			runtime.GC() // a profile shows what the collection before the last one left
		}
		fmt.Println("done")
	}
}
