package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func toolsCommand(s *settings) *cobra.Command {
	var asJSON bool
	from := &serverFlags{}
	cmd := &cobra.Command{
		Use:   "tools [tool]",
		Short: "List the tools, or describe one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !asJSON {
				return printTool(cmd, s, from, args[0])
			}
			list, err := from.list(cmd.Context(), s, args)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(map[string][]listed{"tools": list})
			}
			return s.printTools(list)
		},
	}
	cmd.ValidArgsFunction = completion(s, from)
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print the tools as tools/list returns them, in JSON.")
	from.add(cmd.Flags(), s)
	return cmd
}

// list returns the tools of the server, or only those named.
func (f *serverFlags) list(ctx context.Context, s *settings, names []string) (list []listed, err error) {
	session, err := f.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	all, err := session.list(ctx)
	if err != nil || len(names) == 0 {
		return all, err
	}
	for _, name := range names {
		tool, err := find(all, name)
		if err != nil {
			if f.address == "" { // this server makes no call of a tool that it does not list, but says why
				if result, failed := session.call(ctx, name, json.RawMessage("{}")); failed == nil && result.IsError {
					err = errors.New(result.text())
				}
			}
			return nil, s.explainUnknown(err, name)
		}
		list = append(list, tool)
	}
	return list, nil
}

// printTools prints the names and descriptions of tools.
func (s *settings) printTools(list []listed) error {
	if len(list) == 0 {
		return errors.New(s.noTool())
	}
	longest := 0
	for _, t := range list {
		longest = max(longest, len(t.Name))
	}
	for _, t := range list {
		if _, err := fmt.Printf("%-*s  %s\n", longest, t.Name, t.Description); err != nil {
			return err
		}
	}
	return nil
}

// find returns a tool of a list, or an error that names the closest ones.
func find(list []listed, name string) (listed, error) {
	var names []string
	for _, t := range list {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return listed{}, usageError{errors.New(closest.NotAmong("tool", name, "this server", names))}
}

// kind returns the type of an argument as the help shows it.
func kind(s *tools.ArgumentSchema) string {
	switch {
	case s.Items != nil:
		return kind(s.Items) + ",…"
	case len(s.Enum) > 0:
		return strings.Join(s.Enum, "|")
	}
	return s.Type
}

// choices returns the values of which an argument takes one, or several.
func choices(s *tools.ArgumentSchema) []string {
	if s.Items != nil {
		return choices(s.Items)
	}
	return s.Enum
}

// printTool describes a tool and its arguments.
func printTool(cmd *cobra.Command, s *settings, from *serverFlags, name string) error {
	list, err := from.list(cmd.Context(), s, []string{name})
	if err != nil {
		return err
	}
	tool := list[0]
	arguments := tools.Arguments(tool.InputSchema)
	bold, columns := keyStyle(os.Stdout), width()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\nUsage:\n  %s call %s", bold(tool.Name), wrapped(tool.Description, "", columns), cmd.Root().Name(), tool.Name)
	for _, a := range arguments {
		if a.Required {
			fmt.Fprintf(&b, " %s=…", a.Name)
		}
	}
	b.WriteString(" [name=value]...\n")
	for i, a := range arguments {
		if i == 0 || a.Required != arguments[i-1].Required {
			b.WriteString(map[bool]string{true: "\nRequired:\n", false: "\nOptional:\n"}[a.Required])
		}
		fmt.Fprintf(&b, "  %s  %s\n", bold(a.Name), kind(&a.ArgumentSchema))
		if a.Description != "" {
			b.WriteString(wrapped(a.Description, "      ", columns))
		}
	}
	_, err = fmt.Print(b.String())
	return err
}

// wrapped returns text in lines of at most so many columns.
func wrapped(text, indent string, columns int) string {
	var b strings.Builder
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && len(line)+1+len(word) > columns {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}

// completion completes the names of tools, and of the arguments and values of call.
func completion(s *settings, from *serverFlags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if err := setFromEnvironment(cmd.Flags()); err != nil { // cobra has set only those of the root
			return nil, cobra.ShellCompDirectiveError
		}
		list, err := from.list(cmd.Context(), s, nil)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var found []cobra.Completion
		if len(args) == 0 {
			for _, t := range list {
				found = append(found, cobra.CompletionWithDesc(t.Name, t.Description))
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		}
		tool, err := find(list, args[0])
		if err != nil || cmd.Name() != "call" {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		name, value, isValue := strings.Cut(toComplete, "=")
		if strings.HasPrefix(value, "@") {
			return nil, cobra.ShellCompDirectiveDefault // a file
		}
		for _, a := range tools.Arguments(tool.InputSchema) {
			switch given := slices.ContainsFunc(args[1:], func(arg string) bool { return strings.HasPrefix(arg, a.Name+"=") }); {
			case isValue && a.Name == name:
				for _, v := range choices(&a.ArgumentSchema) {
					found = append(found, name+"="+v)
				}
			case !isValue && !given:
				found = append(found, cobra.CompletionWithDesc(a.Name+"=", a.Description))
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}
