package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A process is a program that this one started.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
}

// startProgram starts a program whose settings are only env.
func startProgram(program string, env []string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...)}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdout = bufio.NewReaderSize(stdout, 1<<20) // longer than any line
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return p, nil
}

// stop ends the process.
func (p *process) stop() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // says that it was killed
}

// memory returns a figure of the process's memory, in bytes: VmRSS, or VmHWM, the
// most that there was.
func (p *process) memory(name string) (float64, error) {
	status, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return 0, err
	}
	_, after, found := strings.Cut(string(status), name+":")
	figure, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kB, err := strconv.Atoi(figure)
	if !found || err != nil {
		return 0, fmt.Errorf("%s has no %s", p.proc("status"), name)
	}
	return float64(kB) * 1024, nil
}

// resetPeak makes the present memory the most that there was.
func (p *process) resetPeak() error { return os.WriteFile(p.proc("clear_refs"), []byte("5"), 0) }

func (p *process) proc(file string) string {
	return fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, file)
}

// cpuModel returns the name of the processor.
func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	_, after, _ := strings.Cut(string(info), "model name")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimLeft(line, "\t :")
}

// serverEnv are the server's settings for a service without a rate limit.
func serverEnv(baseURL string) []string {
	return []string{"GITCODE_TOKEN=bench-token", "GITCODE_API_URL=" + baseURL, "GITCODE_RATE=0"}
}

// startSelf starts this program as a web server and returns its URL.
func startSelf(args ...string) (p *process, url string, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	if p, err = startProgram(program, nil, args...); err != nil {
		return nil, "", err
	}
	if url, err = p.stdout.ReadString('\n'); err != nil {
		p.stop()
		return nil, "", fmt.Errorf("start %s: %w", strings.Join(args, " "), err)
	}
	return p, strings.TrimSpace(url), nil
}

// serve is what startSelf starts: it serves until stdin ends.
func serve(handler http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // also if this program's parent was killed
	}()
	return http.Serve(listener, handler)
}

// startHTTP starts the server over HTTP and returns its URL.
func (b *bench) startHTTP(env ...string) (p *process, url string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // finds a free port
	if err != nil {
		return nil, "", err
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, "", err
	}
	if p, err = startProgram(b.server, append(serverEnv(b.stub), env...), "http", "--addr="+addr); err != nil {
		return nil, "", err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return p, "http://" + addr + "/mcp", conn.Close()
		}
		if time.Now().After(deadline) {
			p.stop()
			return nil, "", err
		}
	}
}
