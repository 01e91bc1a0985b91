// SPDX-License-Identifier: Apache-2.0

// A program that keeps what it should not: some of each request, and all entries of a cache. It does
// so much at once, serves its own pprof pages on a free port of the loopback, which it prints, and
// does as much again for each line that it reads.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"strings"
)

type tracker struct{ bodies []string }

var (
	requests tracker
	cache    = map[int]*[512]byte{}
)

// Track is where the memory is held; strings.Repeat is where it is allocated.
func (t *tracker) Track(n int) {
	t.bodies = append(t.bodies, strings.Repeat("x", n))
}

func remember(key int) { cache[key] = new([512]byte) }

func work(round int) {
	for i := 0; i < 2000; i++ {
		requests.Track(10000)
		remember(round<<16 | i)
	}
	for i := 0; i < 100; i++ {
		_ = make([]byte, 1<<20) // garbage
	}
	runtime.GC() // what a profile shows is the state of the last collection
	runtime.GC()
}

func main() {
	runtime.MemProfileRate = 64 << 10
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	lines := bufio.NewScanner(os.Stdin)
	for round := 0; ; round++ {
		work(round)
		fmt.Println(listener.Addr())
		if !lines.Scan() {
			return
		}
	}
}
