package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

const serverName = `^[A-Za-z0-9_-]+$`

// server returns the server without what describes it.
func (i *installer) server() (*install.Server, error) {
	if !regexp.MustCompile(serverName).MatchString(i.name) {
		return nil, fmt.Errorf("--name %q may contain only letters, digits, - and _", i.name)
	}
	s := &install.Server{Name: i.name, Owned: []string{"GITCODE_MCP_SECRET", "Authorization"}}
	for _, f := range i.settings.forges {
		s.Owned = append(s.Owned, f.variables+"TOKEN", f.header)
	}
	return s, nil
}

// addLocal describes this program with its settings, if it can start with them.
func (i *installer) addLocal(s *install.Server) (err error) {
	if i.userTokens {
		return errors.New("--user-tokens needs --http")
	}
	if _, _, err := i.settings.configure(false, nil); err != nil {
		return err
	}
	if s.Command, err = programPath(); err != nil {
		return err
	}
	arguments, err := i.settings.arguments()
	if err != nil {
		return err
	}
	s.Args = append([]string{"stdio"}, arguments...)
	if i.settings.sandbox {
		return nil
	}
	return i.addTokens(s)
}

// addRemote describes the server at a URL. The path is /mcp if the URL has none.
func (i *installer) addRemote(s *install.Server) error {
	u, err := url.Parse(i.url)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("--http %q is not the URL of a server, such as https://mcp.example.com/mcp", i.url)
	}
	if u.User != nil {
		return errors.New("--http must not contain a user or a password, which the configuration would show; a server's secret belongs in GITCODE_MCP_SECRET")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/mcp"
	}
	s.URL = u.String()
	secret, err := readSecret("")
	if err != nil {
		return err
	}
	if secret != "" {
		s.Secrets = append(s.Secrets, i.plain(install.Secret{Variable: "GITCODE_MCP_SECRET", Title: "Secret of the GitCode MCP server", Header: "Authorization", Prefix: "Bearer "}, secret))
	}
	if i.userTokens {
		if err := i.addTokens(s); err != nil {
			return err
		}
	}
	return i.addSelection(s)
}

// addSelection adds the headers that select tools. Other settings belong to the
// remote server.
func (i *installer) addSelection(s *install.Server) (err error) {
	headers := map[string]string{"read-only": "X-MCP-Readonly", "toolsets": "X-MCP-Toolsets", "tools": "X-MCP-Tools"}
	i.settings.flags.VisitAll(func(f *pflag.Flag) {
		switch header := headers[f.Name]; {
		case header != "" && isSet(f):
			s.Headers = append(s.Headers, install.Header{Name: header, Value: f.Value.String()})
		case f.Changed && header == "" && f.Annotations[variableKey] != nil:
			err = fmt.Errorf("--%s cannot be used with --http: it is a setting of the remote server", f.Name)
		}
	})
	return err
}

// addTokens adds the tokens of the forges: that of GitCode, and those of others that
// are set. GitCode's may be missing if another one is there.
func (i *installer) addTokens(s *install.Server) error {
	others := slices.ContainsFunc(i.settings.forges, func(f *forge) bool { return f.optional && f.configured() })
	for _, f := range i.settings.forges {
		token := os.Getenv(f.variables + "TOKEN")
		if f.tokenFile != "" && i.url == "" || token == "" && (f.optional || others) {
			continue
		}
		if i.plainToken {
			var err error
			if token, err = i.settings.token(f); err != nil {
				return err
			}
			if token == "" {
				return fmt.Errorf("there is no token to write; set %sTOKEN", f.variables)
			}
		}
		s.Secrets = append(s.Secrets, i.plain(install.Secret{Variable: f.variables + "TOKEN", Title: f.name + " access token", Header: f.header}, token))
	}
	return nil
}

// configuration returns what install writes into an empty configuration of a client
// for a server over HTTP. A client that reads no variables gets a placeholder for each
// secret, which users replace.
func configuration(client, url string, credentials []server.Credential) string {
	c, s := clientNamed(client), &install.Server{Name: "gitcode", URL: url}
	for _, credential := range credentials {
		secret := install.Secret{Variable: credential.Variable, Title: credential.Title, Header: credential.Header, Prefix: credential.Prefix}
		if c.NeedsPlain() {
			secret.Plain = "YOUR_VALUE"
		}
		s.Secrets = append(s.Secrets, secret)
	}
	return c.Configuration(s)
}

// plain returns a secret with its value, if that is to be written.
func (i *installer) plain(secret install.Secret, value string) install.Secret {
	if i.plainToken {
		secret.Plain = value
	}
	return secret
}

// programPath returns the absolute path of this program. If the program is on PATH,
// that is the path there, which stays the same after an upgrade.
func programPath() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if dir := filepath.Dir(self); filepath.Base(dir) == "exe" && strings.Contains(dir, "go-build") {
		return "", errors.New("go run deletes this program when it ends; install it first, with go install")
	}
	if found, err := exec.LookPath(server.Name); err == nil && sameFile(found, self) {
		self = found
	}
	return filepath.Abs(self)
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// isSet reports whether a flag was given, or its variable was.
func isSet(f *pflag.Flag) bool {
	variable := f.Annotations[variableKey]
	return variable != nil && (f.Changed || os.Getenv(variable[0]) != "")
}

// arguments returns the settings that differ from their defaults because of a flag
// or a variable, as flags with absolute paths.
func (s *settings) arguments() (arguments []string, err error) {
	s.flags.VisitAll(func(f *pflag.Flag) {
		value := f.Value.String()
		if !isSet(f) || err != nil || value == f.DefValue {
			return
		}
		if _, isPath := f.Value.(*path); isPath || f.Name == "sandbox" && s.stateFile != "" {
			if value, err = filepath.Abs(value); err != nil {
				return
			}
		}
		if on, notBool := strconv.ParseBool(value); notBool == nil && on && f.Value.Type() == "bool" {
			arguments = append(arguments, "--"+f.Name)
		} else {
			arguments = append(arguments, "--"+f.Name+"="+value)
		}
	})
	return arguments, err
}
