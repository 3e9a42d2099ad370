package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
)

// FuzzPolicy checks that no text and no name gets past rules, however it is written.
func FuzzPolicy(f *testing.F) {
	f.Add("read = ['o/*', '!o/secret']\ncommands = false\nmentions = 1\nlabels.add = ['*', '!wontfix']", "o/r", "text", "bug")
	f.Add("[gitlab]\nread = ['g/**']\nwrites_per_hour = 1", "g/s/p", "a\u2028b", "wont\u200bfix")
	f.Add("read = [", "..", "&#47;close", "\uff57ontfix")
	f.Fuzz(func(t *testing.T, rules, repo, text, label string) {
		p, err := parse([]byte(rules))
		if err != nil {
			p = &Policy{forges: map[string]*ruleset{}}
		}
		for _, forge := range []string{"gitcode", "github", "gitlab"} {
			r := p.For(forge)
			a := &rest.Action{Write: true, Repos: []string{repo}, AddLabels: []string{label}, Texts: []string{text + "\n> /close @a @b @c"}}
			refusal := r.check(a)
			_ = r.String()
			if refusal != nil {
				continue
			}
			assert.True(t, r.commands.rule == "" || r.commands.on, "a command passed")
			assert.True(t, r.mentions.rule == "" || r.mentions.most >= 3, "mentions passed")
			if r.restrictsRepos(true) {
				assert.True(t, isName(repo), "%q passed", repo)
			}
			for _, pattern := range r.addLabels.patterns.list {
				if name, excludes := strings.CutPrefix(pattern, "!"); excludes && !strings.Contains(name, "*") {
					assert.NotEqual(t, command.Fold(name), command.Fold(label))
				}
			}
			for _, pattern := range r.read.patterns.list {
				if name, excludes := strings.CutPrefix(pattern, "!"); excludes && !strings.Contains(name, "*") {
					assert.NotEqual(t, command.Fold(name), command.Fold(repo))
				}
			}
		}
	})
}
