package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	p, err := Load("../../deploy/policy.toml")
	require.NoError(t, err)
	assert.Contains(t, p.For("GitHub").String(), "read             octoharbor/** (github.read)")
	assert.Contains(t, p.For("GitHub").String(), "mentions         at most 3 (mentions)")
	_, err = Load("nowhere.toml")
	require.ErrorContains(t, err, "nowhere.toml")
	for text, want := range map[string]string{
		"read = []\nreed = []":                              `line 2: there is no rule "reed" in a policy; did you mean "read"?`,
		"labels.ad = []":                                    `line 1: there is no rule "labels.ad" in a policy; did you mean "labels.add"`,
		"[gitcod]\nread = []":                               `line 1: there is no rule "gitcod" in a policy; did you mean "gitcode"`,
		"[github]\n[github.labels]\nx = 1":                  `line 3: there is no rule "github.labels.x" in a policy`,
		"\nread = 'x/y'":                                    "line 2: read must be a list of texts",
		"mentions = '3'":                                    "line 1: mentions must be a number without quotes, such as 3",
		"commands = 3":                                      "line 1: commands must be true or false",
		"read = [\n'a/b'\n'c/d']":                           "line 3: ",
		"read = ['a/b']\nread = ['a/b']":                    "line 2: ",
		"read = ['*']":                                      `line 1: read: "*" is no repository`,
		"write = ['a/b', '!c']":                             `line 1: write: "!c" is no repository`,
		"write = ['a/b**']":                                 "is no path",
		"read = ['a/b c']":                                  "is no path",
		"labels.add = ['bug\u200b']":                        "has invisible characters",
		"labels.add = ['']":                                 "is empty",
		"labels.remove = ['a,b']":                           "has a comma",
		"assignees = [' a']":                                "has blanks around it",
		"states = ['open']\n[gitlab]\nstates = ['close']":   `line 3: states: "close" is no state`,
		"states = ['closed']\n[gitlab]\nstates = ['close']": `line 3: states: "close" is no state`,
		"labels.add = ['']\nassignees = [' a']\nstates = ['close']": "line 1: labels.add",
		"mentions = -1": "line 1: mentions is less than 0",
		"# mentions\nmentions = 1\n[gitlab]\nmentions = -1": "line 4: gitlab.mentions is less than 0",
		"read = ['a/b']\nRead = ['**']":                     "there is no rule Read; names are in lower case",
		"[gitlab]\nread = []\n[GitLab]\nread = ['**']":      "there is no rule GitLab",
		"[gitlab.labels]\nADD = ['x']":                      "there is no rule ADD",
	} {
		_, err := parse([]byte(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want, text)
	}
}

func TestWritesThatNothingAllows(t *testing.T) {
	t.Parallel()
	p, err := parse([]byte("read = ['o/*', '!o/x']\nwrite = ['o/a', 'O/x', 'p/a', 'p/*', 'o/**', '!q/b']\n[gitlab]\nread = ['**']"))
	require.NoError(t, err)
	assert.Equal(t, []string{"O/x", "p/a", "p/*"}, p.For("GitCode").Useless())
	assert.Empty(t, p.For("GitLab").Useless())
}

func TestRefusalsNameEverything(t *testing.T) {
	t.Parallel()
	p, err := parse([]byte("read = ['o/r']\nmentions = 1"))
	require.NoError(t, err)
	r := p.For("GitCode")
	for want, a := range map[string]*rest.Action{
		`"/a", "/b", "/c", "/d", "/e", 1 more`:                                                {Texts: []string{"/a\n/b\n/c\n/d\n/e\n/f"}},
		`mentions 2 users ("ann", "bob"); at most 1`:                                          {Texts: []string{"@ann @bob"}},
		"this call can return issues of any repository in the service; list or search those":  {Across: "**"},
		"this call can return issues of any repository in o; list or search those of one rep": {Across: "o/*"},
	} {
		assert.ErrorContains(t, r.check(a), want)
	}
}

func TestSectionsReplaceRules(t *testing.T) {
	t.Parallel()
	p, err := parse([]byte("tools = ['*', '!x', 'get_*']\nmentions = 1\ncommands = false\nlabels.add = ['a']\n[github]\nmentions = 0\ncommands = true\nlabels.add = []\n"))
	require.NoError(t, err)
	p.name = "rules.toml"
	general, own := p.For("GitCode"), p.For("GitHub")
	assert.Equal(t, limit{"mentions", 1}, general.mentions)
	assert.Equal(t, limit{"github.mentions", 0}, own.mentions)
	assert.True(t, own.commands.on)
	assert.False(t, own.addLabels.patterns.allow("a"), "an empty list allows none")
	assert.Equal(t, `policy rule "tools" of rules.toml excludes it`, own.Tool("x"))
	assert.Empty(t, own.Tool("y"))
	assert.Equal(t, "x", own.UnknownTool([]string{"y"}))
	assert.Empty(t, own.UnknownTool([]string{"x"}))
	assert.Equal(t, limit{"mentions", 1}, p.For("unknown").mentions)
}

// newClient returns a client of a service with issues, under rules.
func newClient(t *testing.T, rules string, place func(repo string) (string, error)) (*rest.Client, *Guard) {
	t.Helper()
	p, err := parse([]byte(rules))
	require.NoError(t, err)
	p.name = "rules.toml"
	guard := p.For("any").Guard()
	service := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }))
	t.Cleanup(service.Close)
	forge := rest.Forge{
		Authorize: func(http.Header, string) {},
		Decode:    json.Unmarshal,
		Meaning: func(endpoint string) (rest.Meaning, bool) {
			return rest.Meaning{Repo: "{owner}/{repo}", Issue: "{number}", Texts: []string{"body"}}, strings.Contains(endpoint, "{repo}")
		},
	}
	if place != nil {
		forge.Place = func(_ context.Context, _ *rest.Client, repo string) (string, error) { return place(repo) }
	}
	client, err := rest.New(forge, rest.Config{BaseURL: "http://service.test", Token: "token-of-ann", Guard: guard, Transport: handler{service.Config.Handler}, Rates: rest.Unlimited})
	require.NoError(t, err)
	return client, guard
}

// handler is a transport to a handler in this process.
type handler struct{ http.Handler }

func (h handler) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

type comment struct {
	Owner  string `json:"owner"`
	Repo   string `json:"repo"`
	Number int    `json:"number"`
	Body   string `json:"body"`
}

func post(ctx context.Context, c *rest.Client, number int) error {
	return rest.Send(ctx, c, "POST /repos/{owner}/{repo}/issues/{number}/comments", comment{"o", "r", number, "x"})
}

func TestWritesInAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, "writes_per_hour = 3\nwrites_per_issue = 2", nil)
		ctx := t.Context()
		require.NoError(t, post(ctx, c, 1))
		require.NoError(t, post(ctx, c, 1))
		require.ErrorContains(t, post(ctx, c, 1), `policy rule "writes_per_issue" of rules.toml: 2 writes to o/r#1 in an hour are allowed; 2 were sent`)
		time.Sleep(time.Minute)
		require.NoError(t, post(ctx, c, 2))
		err := post(ctx, c, 3)
		require.ErrorContains(t, err, `"writes_per_hour"`)
		failure, _ := errors.AsType[*rest.Error](err)
		assert.Equal(t, 59*time.Minute, failure.RetryAfter)
		assert.True(t, failure.NotSent)
		assert.Equal(t, rest.ForbiddenByPolicy, failure.Class)
		require.NoError(t, post(c.WithToken(ctx, "token-of-bob"), c, 3), "another user")
		dry, plan := c.WithDryRun(ctx)
		require.NoError(t, post(dry, c, 3), "a dry run counts nothing")
		assert.Len(t, plan.Requests(), 1)
		time.Sleep(59 * time.Minute)
		require.NoError(t, post(ctx, c, 1))
		require.NoError(t, post(ctx, c, 3))
		require.Error(t, post(ctx, c, 3))
	})
}

// TestReservations rehearses calls, whose writes are all reserved before one is sent.
func TestReservations(t *testing.T) {
	t.Parallel()
	c, guard := newClient(t, "writes_per_hour = 4\nwrites_per_issue = 3", nil)
	ctx := t.Context()
	rehearse := func(numbers ...int) (context.Context, func(), error) {
		rehearsing, r := c.Rehearse(ctx)
		for _, number := range numbers {
			require.NoError(t, post(rehearsing, c, number))
		}
		require.NoError(t, r.Err())
		return r.Begin(ctx)
	}
	first, release, err := rehearse(1, 1, 0)
	require.NoError(t, err)
	_, _, err = rehearse(2, 2)
	require.ErrorContains(t, err, "4 writes in an hour are allowed; 3 were sent, and this call takes 2 or more")
	require.NoError(t, post(ctx, c, 1))
	require.Error(t, post(ctx, c, 5), "the rest is reserved")
	require.NoError(t, post(first, c, 1))
	require.NoError(t, post(first, c, 7), "an issue that the call created")
	release()
	assert.Len(t, guard.writes.users[userOf(ctx, c)], 3, "the unused one is free again")
	_, _, err = rehearse(1, 1)
	require.ErrorContains(t, err, "writes_per_hour")
	_, release, err = rehearse(1)
	require.NoError(t, err)
	release()
	_, _, err = rehearse(7)
	require.NoError(t, err)
}

// TestCommandsUnderOtherRules checks that a command does not do what another rule
// restricts.
func TestCommandsUnderOtherRules(t *testing.T) {
	t.Parallel()
	for rules, want := range map[string]string{
		"labels.add = ['bug']":               "labels.add",
		"labels.remove = []":                 "labels.remove",
		"[gitlab]\nstates = ['open']":        "gitlab.states",
		"assignees = ['ann']":                "assignees",
		"read = ['o/r']":                     "read",
		"states = ['open']\ncommands = true": "",
		"mentions = 1":                       "",
	} {
		p, err := parse([]byte(rules))
		require.NoError(t, err)
		refusal := p.For("GitLab").check(&rest.Action{Write: true, Repos: []string{"o/r"}, Texts: []string{"/label ~bug"}})
		if want == "" {
			assert.Nil(t, refusal, rules)
			continue
		}
		require.NotNil(t, refusal, rules)
		assert.Equal(t, want, refusal.Rule)
		assert.ErrorContains(t, refusal, "a line must not start with a command: \"/label ~bug\"")
	}
}

// TestNumbersOfProjects checks that an issue is not counted under two names.
func TestNumbersOfProjects(t *testing.T) {
	t.Parallel()
	p, err := parse([]byte("writes_per_issue = 1"))
	require.NoError(t, err)
	rules := p.For("GitLab")
	require.ErrorContains(t, rules.check(&rest.Action{Write: true, Repos: []string{"41014"}, Issue: "41014 1"}), `policy rule "writes_per_issue" of : a number does not show which project it is`)
	assert.Nil(t, rules.check(&rest.Action{Write: true, Repos: []string{"g/p"}, Issue: "g/p 1"}))
	assert.Nil(t, rules.check(&rest.Action{Repos: []string{"41014"}}), "a read")
}

// TestPlaces checks where a repository is no more often than every five minutes, and
// refuses what cannot be checked.
func TestPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now, asked, failure := "", 0, error(nil)
		c, _ := newClient(t, "write = ['o/r', 'o/new']", func(string) (string, error) {
			asked++
			return now, failure
		})
		require.NoError(t, post(t.Context(), c, 1))
		require.NoError(t, post(t.Context(), c, 1))
		assert.Equal(t, 1, asked)
		now = "evil/r"
		time.Sleep(placeTime)
		require.ErrorContains(t, post(t.Context(), c, 1), `policy rule "write" of rules.toml: evil/r may not be written to; allowed: o/r, o/new (o/r has moved there)`)
		assert.Equal(t, 2, asked)
		now = "O/R"
		time.Sleep(placeTime)
		require.NoError(t, post(t.Context(), c, 1))
		now = "o/new"
		time.Sleep(placeTime)
		require.NoError(t, post(t.Context(), c, 1))
		failure = &rest.Error{Class: rest.Unavailable, Message: "down"}
		time.Sleep(placeTime)
		require.ErrorContains(t, post(t.Context(), c, 1), "down")
		failure = &rest.Error{Class: rest.NotFound}
		require.NoError(t, post(t.Context(), c, 1))
	})
}
