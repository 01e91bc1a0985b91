// SPDX-License-Identifier: Apache-2.0

// A program that behaves in one of the ways that the collector's lines are to tell apart.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

const (
	kib  = 1 << 10
	mib  = 1 << 20
	tick = 10 * time.Millisecond
)

var (
	kept    [][]byte
	garbage []byte
	block   = make(chan struct{})
)

// Memory that is written to: the kernel counts only that.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 4 * kib {
		b[i] = 1
	}
	return b
}

// Each piece of work leaves garbage behind, as that of a server does.
func work(bytes int) {
	for ; bytes > 0; bytes -= 32 * kib {
		garbage = fill(32 * kib)
	}
}

func leak() {
	kept = append(kept, fill(16*kib))
	work(512 * kib)
}

// Fills a cache, and then replaces what is in it.
func churn(i int) {
	if i < 100 {
		kept = append(kept, fill(160*kib))
	} else {
		kept[i%100] = fill(160 * kib)
	}
	work(512 * kib)
}

func spiral() {
	kept = append(kept, fill(12*kib))
	work(512 * kib)
}

func deep(n int) byte {
	var frame [512]byte
	if n == 0 {
		<-block
		return 0
	}
	frame[n] = deep(n - 1)
	return frame[n/2]
}

func goroutines() {
	for i := 0; i < 2; i++ {
		go deep(20)
	}
	work(64 * kib)
}

func main() {
	seconds, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for i := 0; time.Now().Before(end); i++ {
		switch os.Args[1] {
		case "leak":
			leak()
		case "churn":
			churn(i)
		case "spiral":
			spiral()
		case "goroutines":
			goroutines()
		}
		if i%300 == 0 {
			fmt.Fprintln(os.Stderr, "served", i, "requests")
		}
		time.Sleep(tick)
	}
}
