// SPDX-License-Identifier: Apache-2.0

// A program that holds memory in known ways and writes one heap profile of each kind that is easily
// taken for another.
package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	httppprof "net/http/pprof"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
)

type store struct{ bodies [][]byte }

// put is whom the memory is for; its own array keeps the bodies.
func (s *store) put(n int) {
	b := make([]byte, n)
	s.bodies = append(s.bodies, b)
}

var (
	all  store
	deep [][]byte
)

//go:noinline
func dive(n int) {
	if n == 0 {
		deep = append(deep, make([]byte, 4<<20))
		return
	}
	dive(n - 1)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func write(name, profile string) {
	file, err := os.Create(filepath.Join(os.Args[1], name))
	check(err)
	check(pprof.Lookup(profile).WriteTo(file, 0))
	check(file.Close())
}

// delta is what /debug/pprof/heap?seconds=1 answers while the store grows.
func delta(name string) {
	server := httptest.NewServer(http.HandlerFunc(httppprof.Index))
	defer server.Close()
	done := make(chan bool)
	go func() {
		for {
			select {
			case <-done:
				return
			default:
				all.put(100000)
				runtime.GC()
			}
		}
	}()
	answer, err := http.Get(server.URL + "/debug/pprof/heap?seconds=1")
	check(err)
	done <- true
	file, err := os.Create(filepath.Join(os.Args[1], name))
	check(err)
	_, err = io.Copy(file, answer.Body)
	check(err)
	check(file.Close())
}

func main() {
	rate, err := strconv.Atoi(os.Args[2])
	check(err)
	runtime.MemProfileRate = rate
	for i := 0; i < 20000; i++ {
		all.put(4000)
	}
	runtime.GC()
	write("store", "heap")
	write("allocs", "allocs")
	if rate != 1 {
		return
	}
	dive(100)
	runtime.GC()
	write("deep", "heap")
	delta("delta")
}
