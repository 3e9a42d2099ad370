package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// variableKey is the annotation of a flag that holds its environment variable.
const variableKey = "environment variable"

// fallbackKey is the annotation of a flag that holds the variable to read if its own is
// not set, and the end of the flag's value that this variable leaves out.
const fallbackKey = "fallback variable"

// bindVariables binds flags to environment variables and adds the variable to
// the usage of each flag.
func bindVariables(f *pflag.FlagSet, variables map[string]string) {
	for name, variable := range variables {
		flag := f.Lookup(name)
		flag.Usage += " (" + variable + ")"
		flag.Annotations = map[string][]string{variableKey: {variable}}
	}
}

// setFromEnvironment sets the bound flags that are not on the command line
// from their variables. An empty variable counts as unset, except for a list of
// what to offer: a list that became empty by mistake must not offer everything.
func setFromEnvironment(f *pflag.FlagSet) error {
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		variable := flag.Annotations[variableKey]
		if variable == nil || flag.Changed || failed != nil {
			return
		}
		value, set := os.LookupEnv(variable[0])
		if fallback := flag.Annotations[fallbackKey]; value == "" && fallback != nil {
			if value = strings.TrimRight(strings.TrimSpace(os.Getenv(fallback[0])), "/"); value != "" {
				value = strings.TrimSuffix(value, fallback[1]) + fallback[1]
				variable = fallback[:1]
				flag.Annotations[variableKey] = variable // for messages
			}
		}
		if value != "" || set && (flag.Name == "toolsets" || flag.Name == "tools") {
			if err := flag.Value.Set(value); err != nil {
				if flag.Value.Type() == "bool" {
					err = errors.New("it must be true or false")
				}
				failed = fmt.Errorf("invalid value %q in %s: %w", value, variable[0], err)
			}
		}
	})
	return failed
}

// sandboxFlag is a flag that is a boolean or the file that holds the sandbox's
// state.
type sandboxFlag settings

func (f *sandboxFlag) String() string {
	if f.stateFile != "" {
		return f.stateFile.String()
	}
	return strconv.FormatBool(f.sandbox)
}

// Type implements pflag.Value. With any other type the help would show =true as
// the value of the flag.
func (*sandboxFlag) Type() string { return "bool" }

// Set implements pflag.Value.
func (f *sandboxFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err == nil {
		f.sandbox, f.stateFile = on, ""
		return nil
	}
	f.sandbox = true
	return f.stateFile.Set(value)
}

// path is a flag that names a file. It expands a leading ~/, because no shell
// does so in the configuration of an MCP client.
type path string

func (p *path) String() string { return string(*p) }

// Type implements pflag.Value.
func (*path) Type() string { return "file" }

// Set implements pflag.Value.
func (p *path) Set(name string) error {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil { // some clients start programs without HOME
			current, lookup := user.Current()
			if lookup != nil {
				return err
			}
			home = current.HomeDir
		}
		name = filepath.Join(home, rest)
	}
	*p = path(name)
	return nil
}

// list is a flag that holds comma-separated names. It ignores blanks around
// names and empty names, as in "issues, labels,".
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Type implements pflag.Value.
func (*list) Type() string { return "names" }

// Set implements pflag.Value.
func (l *list) Set(names string) error {
	*l = nil
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*l = append(*l, name)
		}
	}
	if len(*l) == 0 {
		return errors.New("it contains no name")
	}
	return nil
}
