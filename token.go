package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// token returns a forge's token from its token file or its variable, or "" if
// neither is set.
func (s *settings) token(f *forge) (string, error) {
	if s.sandbox {
		return f.sandbox.token, nil
	}
	if f.tokenFile == "" {
		variable := f.tokenVariable()
		token := os.Getenv(variable)
		if _, err := os.Stat(strings.TrimSpace(token)); err == nil {
			return "", fmt.Errorf("%s names a file; set it to the token itself, or name the file in %sTOKEN_FILE or --%stoken-file", variable, f.variables, f.flags)
		}
		return server.CleanToken(variable, token)
	}
	file := string(f.tokenFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the token in %s: %w", s.origin(f.flags+"token-file"), err)
	}
	token, err := server.CleanToken(file, string(content))
	if err == nil && token == "" {
		err = fmt.Errorf("the token file %s is empty", file)
	}
	return token, err
}

// tokenVariable returns the name of the variable that holds the token: the forge's own
// or, if that is not set, the one that its pipelines set.
func (f *forge) tokenVariable() string {
	if own := f.variables + "TOKEN"; f.pipeline == "" || strings.TrimSpace(os.Getenv(own)) != "" || os.Getenv(f.pipeline+"TOKEN") == "" {
		return own
	}
	return f.pipeline + "TOKEN"
}

// tokenSource returns where a forge's token comes from, for advice.
func (s *settings) tokenSource(f *forge) string {
	if f.tokenFile != "" {
		return "the file in " + s.origin(f.flags+"token-file")
	}
	return f.tokenVariable()
}

// rejectTokens returns an error if the settings name a token of a forge, valid or
// not.
func (s *settings) rejectTokens(forges []*forge) error {
	var set, instead []string
	for _, f := range forges {
		before := len(set)
		variable := f.tokenVariable()
		if token, err := server.CleanToken(variable, os.Getenv(variable)); token != "" || err != nil {
			set = append(set, variable)
		}
		if f.tokenFile != "" {
			set = append(set, s.origin(f.flags+"token-file"))
		}
		if f.optional && f.apiURL == "" && len(set) > before {
			instead = append(instead, fmt.Sprintf("; to offer %s's tools, set %sAPI_URL", f.name, f.variables))
		}
	}
	if set == nil {
		return nil
	}
	return errors.New("--user-tokens cannot be combined with a token of the server; unset " + strings.Join(set, " and ") + strings.Join(instead, ""))
}

// headers names the headers in which callers send their own tokens.
func (s *settings) headers() string {
	var names []string
	for _, f := range s.forges {
		names = append(names, f.header)
	}
	return tools.Enumerated(names, "or")
}
