package install

import (
	"fmt"
	"strings"
)

// member is a member of an entry. Its value is a string, a list of strings, or an
// object of members.
type member struct {
	name  string
	value any
}

// obsolete returns the members of an entry that describe a server of the other
// kind, or in another way.
func obsolete(s *Server) []string {
	if s.URL == "" {
		return []string{"type", "url", "httpUrl", "serverUrl", "headers", "http_headers", "env_http_headers", "bearer_token_env_var"}
	}
	return []string{"type", "command", "args", "env", "environment", "env_vars", "httpUrl", "bearer_token_env_var"}
}

// value returns the value of a secret in the configuration.
func (c *Client) value(s Secret) string {
	switch {
	case s.Plain != "":
		return s.Plain
	case c.inputs:
		return fmt.Sprintf(c.refer, inputID(s))
	}
	return fmt.Sprintf(c.refer, s.Variable)
}

// inputID returns the name of the input that asks for a secret.
func inputID(s Secret) string { return strings.ReplaceAll(strings.ToLower(s.Variable), "_", "-") }

// environment returns the variables of a local server.
func (c *Client) environment(s *Server) (env []member) {
	for _, secret := range s.Secrets {
		env = append(env, member{secret.Variable, c.value(secret)})
	}
	return env
}

// headers returns the headers of requests to a remote server.
func (c *Client) headers(s *Server) (headers []member) {
	for _, secret := range s.Secrets {
		headers = append(headers, member{secret.Header, secret.Prefix + c.value(secret)})
	}
	for _, h := range s.Headers {
		headers = append(headers, member{h.Name, h.Value})
	}
	return headers
}

// withObject appends an object to members, unless it is empty.
func withObject(members []member, name string, object []member) []member {
	if len(object) == 0 {
		return members
	}
	return append(members, member{name, object})
}

// typed describes a server with its type.
func typed(c *Client, s *Server) []member {
	if s.URL != "" {
		return append([]member{{"type", "http"}}, untyped("url")(c, s)...)
	}
	return append([]member{{"type", "stdio"}}, untyped("")(c, s)...)
}

// untyped describes a server without its type; a remote one has its URL in the
// named member.
func untyped(url string) func(*Client, *Server) []member {
	return func(c *Client, s *Server) []member {
		if s.URL != "" {
			return withObject([]member{{url, s.URL}}, "headers", c.headers(s))
		}
		return withObject([]member{{"command", s.Command}, {"args", s.Args}}, "env", c.environment(s))
	}
}

// cursor describes a server with its type, if it is local.
func cursor(c *Client, s *Server) []member {
	if s.URL != "" {
		return untyped("url")(c, s)
	}
	return typed(c, s)
}

// gemini describes a server with its type, if it is remote.
func gemini(c *Client, s *Server) []member {
	if s.URL != "" {
		return typed(c, s)
	}
	return untyped("")(c, s)
}

// bridged describes a server to a client that starts only local ones. A program
// from npm connects them to a remote one. It resolves variables in headers itself,
// where they must not follow a blank.
func bridged(c *Client, s *Server) []member {
	if s.URL == "" {
		return untyped("")(c, s)
	}
	args := []string{"-y", "mcp-remote", s.URL}
	if strings.HasPrefix(s.URL, "http://") {
		args = append(args, "--allow-http")
	}
	var env []member
	for _, secret := range s.Secrets {
		args = append(args, "--header", secret.Header+":${"+secret.Variable+"}")
		env = append(env, member{secret.Variable, secret.Prefix + secret.Plain})
	}
	for _, h := range s.Headers {
		args = append(args, "--header", h.Name+":"+h.Value)
	}
	return withObject([]member{{"command", "npx"}, {"args", args}}, "env", env)
}

func opencode(c *Client, s *Server) []member {
	if s.URL != "" {
		return withObject([]member{{"type", "remote"}, {"url", s.URL}}, "headers", c.headers(s))
	}
	command := append([]string{s.Command}, s.Args...)
	return withObject([]member{{"type", "local"}, {"command", command}}, "environment", c.environment(s))
}

// codex describes a server in TOML, where other members refer to variables than
// those that hold values.
func codex(c *Client, s *Server) []member {
	var names []string
	var values, headerNames, headers []member
	bearer := ""
	for _, secret := range s.Secrets {
		switch {
		case secret.Plain != "":
			values = append(values, member{secret.Variable, secret.Plain})
			headers = append(headers, member{secret.Header, secret.Prefix + secret.Plain})
		case secret.Prefix != "":
			bearer = secret.Variable
		default:
			names = append(names, secret.Variable)
			headerNames = append(headerNames, member{secret.Header, secret.Variable})
		}
	}
	if s.URL == "" {
		entry := []member{{"command", s.Command}, {"args", s.Args}}
		if names != nil {
			entry = append(entry, member{"env_vars", names})
		}
		return withObject(entry, "env", values)
	}
	entry := []member{{"url", s.URL}}
	if bearer != "" {
		entry = append(entry, member{"bearer_token_env_var", bearer})
	}
	for _, h := range s.Headers {
		headers = append(headers, member{h.Name, h.Value})
	}
	return withObject(withObject(entry, "env_http_headers", headerNames), "http_headers", headers)
}
