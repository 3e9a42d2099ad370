package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

// startStdio starts a program over stdio and begins a session. It also returns how long
// that took, from before the process existed until the response to initialize was read.
func startStdio(program, baseURL string) (*process, session, time.Duration, error) {
	begin := time.Now()
	p, err := startProgram(program, serverEnv(baseURL))
	if err != nil {
		return nil, session{}, 0, err
	}
	s := session{p.stdin, p.stdout}
	if err := s.initialize(); err != nil {
		p.stop()
		return nil, session{}, 0, fmt.Errorf("%s: %w", program, err)
	}
	return p, s, time.Since(begin), nil
}

// start measures how long the server takes to start, and its memory then: VmRSS right
// after the response to initialize. The floor program starts in turns with it. The
// processor time, which other programs do not change much, is that of the whole process.
func (b *bench) start() ([]row, error) {
	var took, used [2][]time.Duration
	var memory [2][]float64
	for range b.rounds(31, 3) {
		for i, program := range []string{b.floor, b.server} {
			p, _, t, err := startStdio(program, b.stub)
			if err != nil {
				return nil, err
			}
			rss, err := p.memory("VmRSS")
			p.stop()
			if err != nil {
				return nil, err
			}
			took[i], memory[i] = append(took[i], t), append(memory[i], rss)
			used[i] = append(used[i], p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime())
		}
	}
	floor, server := median(took[0]), median(took[1])
	floorMemory, serverMemory := median(memory[0]), median(memory[1])
	return []row{
		{"start to initialize response, relative to the floor program", 1.6, 1.3, times, ratio(server, floor), against(server, floor) + "; processor " + against(median(used[1]), median(used[0]))},
		{"VmRSS after initialize, relative to the floor program", 1.35, 1.25, times, serverMemory / floorMemory, megabytes.format(serverMemory) + ", floor " + megabytes.format(floorMemory)},
	}, nil
}

// sizes measures the binary, and what the twenty documented tools take of a model's
// context, as tools/list returns them: names, descriptions and input schemas.
func (b *bench) sizes() ([]row, error) {
	info, err := os.Stat(b.server)
	if err != nil {
		return nil, err
	}
	p, s, _, err := startStdio(b.server, b.stub)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	size, tools, err := s.catalogSize(map[string]bool{
		"get_repo": true, "search_issues": true, "update_issues": true, "list_issue_statuses": true, "list_issue_types": true, "replace_labels": true,
	})
	if err != nil {
		return nil, err
	}
	binary := float64(info.Size())
	return []row{
		{"binary, stripped", 12e6, 11e6, megabytes, binary, strconv.FormatInt(info.Size(), 10) + " B"},
		{"catalog of the documented tools, name + description + inputSchema", 16_500, 14_500, bytesUnit, float64(size), strconv.Itoa(tools) + " tools"},
	}, nil
}

// calls measures calls over stdio and, in turns with them, GETs of the same URL by a
// client of net/http, whose responses are read to their end; then the memory of the
// server after all calls of the list.
func (b *bench) calls() ([]row, error) {
	p, s, _, err := startStdio(b.server, b.stub)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	n := b.rounds(1000, 20)
	list, listGet, err := b.inTurns(n, s, listCall, listPath)
	if err != nil {
		return nil, err
	}
	memory, err := p.memory("VmRSS")
	if err != nil {
		return nil, err
	}
	get, getGet, err := b.inTurns(n, s, getCall, issuePath)
	if err != nil {
		return nil, err
	}
	return []row{
		{fmt.Sprintf("VmRSS after %d list calls", n), 17e6, 14e6, megabytes, memory, ""},
		{"list_repo_issues over stdio, 30 issues of 6.8 kB, p50, relative to a plain GET", 5, 3.5, times, ratio(list, listGet), against(list, listGet)},
		{"get_issue over stdio, 6.8 kB, p50, relative to a plain GET", 2.5, 1.8, times, ratio(get, getGet), against(get, getGet)},
	}, nil
}

// inTurns returns the medians of n calls and n GETs of what the calls read.
func (b *bench) inTurns(n int, s session, call, path string) (calls, gets time.Duration, err error) {
	get := target{method: http.MethodGet, url: b.stub + path}
	var callTimes, getTimes []time.Duration
	for range n {
		begin := time.Now()
		if err := get.do(http.DefaultClient, discard); err != nil {
			return 0, 0, err
		}
		between := time.Now()
		if err := s.call(call); err != nil {
			return 0, 0, err
		}
		callTimes, getTimes = append(callTimes, time.Since(between)), append(getTimes, between.Sub(begin))
	}
	return median(callTimes), median(getTimes), nil
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// against returns two durations that are compared.
func against(server, other time.Duration) string {
	return milliseconds(server) + ", " + milliseconds(other)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
}
