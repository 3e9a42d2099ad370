package lenient_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

var mutations = flag.Int("mutations", 2_000, "number of mutated responses to decode")

// targets returns what responses are decoded into, anew.
func targets() []any {
	return []any{
		new(gitcode.Issue), new(gitcode.Comment), new(gitcode.PullRequest), new(gitcode.Label), new(gitcode.Collaborator), new(gitcode.OperateLog),
		new(lenient.PageRows[*gitcode.Issue]), new(lenient.PageRows[*gitcode.Comment]),
		new(lenient.AllRows[*gitcode.PullRequest]), new(lenient.AllRows[*gitcode.OperateLog]), new(lenient.PageRows[*gitcode.Label]),
		new(lenient.PageRows[*gitcode.Collaborator]), new(lenient.PageRows[*gitcode.RepoMilestone]), new(lenient.List[gitcode.Label]), new(lenient.List[*gitcode.User]),
		new(github.Issue), new(lenient.PageRows[*github.Issue]), new(lenient.PageRows[*github.Comment]), new(lenient.PageRows[*github.Label]), new(lenient.PageRows[*github.Milestone]),
		new(gitlab.Issue), new(lenient.PageRows[*gitlab.Issue]), new(lenient.PageRows[*gitlab.Note]), new(lenient.AllRows[*gitlab.MetricImage]), new(gitlab.TimeStats),
		new(odd), new(json.RawMessage), new(any), new(map[string]lenient.Text), new([]lenient.Int), new(lenient.Text), new(lenient.Int), new(lenient.Count), new(lenient.Bool), new(lenient.Time),
	}
}

// odd has fields that encoding/json has rules for.
type odd struct {
	gitcode.User
	gitlab.References `json:"references"`
	Hidden            lenient.Text `json:"-"`
	ID                lenient.Count
	Title             lenient.Text `json:",omitempty"`
	Body              **lenient.Text
	Labels            []string
	State             map[string]any
	Milestone         gitcode.Milestone
	URL, Url          lenient.Text //nolint:revive // names that differ in case
	unexported        lenient.Text //nolint:unused // nothing fills it
}

// sameAsReference decodes data into every target, and compares each with what
// encoding/json makes of it.
func sameAsReference(t *testing.T, data []byte, got, want any) {
	t.Helper()
	err, wantErr := lenient.Decode(data, got), lenient.Reference(data, want)
	require.Equal(t, wantErr, err, "%T of %s", got, data)
	dropEmpty(want)
	dropEmpty(got)
	if !assert.ObjectsAreEqual(want, got) {
		require.Equal(t, want, got, "%s", data)
	}
}

// dropEmpty forgets the mark of a pull request without content. For encoding/json
// anything but null is one, which is not what Decode shall say of it.
func dropEmpty(v any) {
	var issues []*github.Issue
	switch v := v.(type) {
	case *github.Issue:
		issues = append(issues, v)
	case *lenient.PageRows[*github.Issue]:
		issues = v.Items
	}
	for _, issue := range issues {
		if issue.PullRequest != nil && issue.PullRequest.MergedAt.IsZero() {
			issue.PullRequest = nil
		}
	}
}

// responses returns all documented and recorded responses.
func responses(t testing.TB) [][]byte {
	t.Helper()
	var all [][]byte
	for _, folder := range []string{"../../testdata", "../../gitcode/testdata"} {
		require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if filepath.Ext(path) == ".json" {
				all = append(all, content)
			}
			for _, f := range txtar.Parse(content).Files {
				if strings.HasPrefix(f.Name, "response") {
					all = append(all, bytes.TrimSpace(f.Data))
				}
			}
			return err
		}))
	}
	require.Greater(t, len(all), 150)
	return all
}

// TestResponses checks that Decode makes the same of every documented and recorded
// response, and of mutated ones, as encoding/json.
func TestResponses(t *testing.T) {
	t.Parallel()
	originals := responses(t)
	for _, response := range originals {
		want := targets()
		for i, got := range targets() {
			sameAsReference(t, response, got, want[i])
		}
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same mutations each time
	valid := 0
	for range *mutations {
		data := originals[r.IntN(len(originals))]
		for range 1 + r.IntN(3) {
			data = mutated(r, data)
		}
		if json.Valid(data) {
			valid++
		}
		got, want := targets(), targets()
		for range 3 {
			i := r.IntN(len(got))
			sameAsReference(t, data, got[i], want[i])
		}
	}
	t.Logf("%d mutated responses, %d of them valid JSON", *mutations, valid)
	assert.Greater(t, valid, *mutations/2)
}

// unexpected are forms that a value can take.
var unexpected = []string{
	`null`, `""`, `[]`, `{}`, `[ ]`, `{ }`, `0`, `-0`, `7`, `"7"`, `1.0`, `1e2`, `-1`, `1E+2`, `9007199254740993`, `1e400`, `99999999999999999999`,
	`" 5 "`, `"1e2"`, `"0x10p0"`, `"nan"`, `true`, `false`, `"true"`, `"0"`, `"tru\u0065"`, `"a\n\"\\\/\b"`, `"\u4e2d\ud83d\ude00"`, `"\ud83d"`, `"\ud83d\u0041"`, `"\udc00"`,
	"\"\xff\xe4\xb8\"", "\"\x7f中文\"", `"2024-04-18T14:35:15.479+08:00"`, `"2024-04-18"`, `[null,1,"a",{"id":1},{}]`, `[[{"id":1}]]`, `{"id":"1","name":"a"}`,
	`{"login":"a","LOGIN":"b"}`, `{"title":"x","title":null}`, `[{"name":"a"},{"name":"b"}]`, ` 1 `, `"opened"`,
}

// broken are no values.
var broken = []string{`0x1`, `01`, `1.`, "\"\x01\"", `"\x"`, `"\u00g0"`, `"unended`, `{"a":1,}`, `[1,]`, `{1:2}`, `{"a"}`, `tru`, "\v", `opened`, `-`, `1e`, `[`, `}`}

// keys are keys that encoding/json takes for others, or does not.
var keys = []string{`"ID"`, `"Number"`, `"lABELS"`, `"la\u0062els"`, `"\u212aey"`, `"u\u017fer"`, `"USER"`, "\"\xff\"", `"assignees"`, `"labels"`, `"pull_request"`, `"milestone"`, `""`, `"URL"`, `"url"`}

// mutated returns data with something changed.
func mutated(r *rand.Rand, data []byte) []byte {
	values, names := parts(data)
	pick := func(spans [][2]int) (start, end int) {
		if len(spans) == 0 {
			return 0, len(data)
		}
		span := spans[r.IntN(len(spans))]
		return span[0], span[1]
	}
	start, end := pick(values)
	other := func(spans [][2]int) string {
		from, to := pick(spans)
		return string(data[from:to])
	}
	with := ""
	switch r.IntN(20) {
	default:
		with = unexpected[r.IntN(len(unexpected))]
	case 1, 2, 3, 4:
		with = other(values)
	case 5, 6:
		start, end = pick(names)
		with = keys[r.IntN(len(keys))]
	case 7, 8:
		start, end = pick(names)
		with = other(names)
	case 9:
		with = broken[r.IntN(len(broken))]
	case 10:
		start = r.IntN(len(data) + 1)
		end = min(len(data), start+r.IntN(3))
		with = []string{"", `"`, `\`, ",", "}", "]", " ", "\x00", "\xff", "0", "e"}[r.IntN(11)]
	}
	return []byte(string(data[:start]) + with + string(data[end:]))
}

// parts returns where the values of data and the keys of its objects are, up to the
// first syntax error.
func parts(data []byte) (values, names [][2]int) {
	type outer struct{ start, elements int }
	var open []outer
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		before := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			return values, names
		}
		end := int(d.InputOffset())
		start := before + len(data[before:end]) - len(bytes.TrimLeft(data[before:end], " \t\r\n,:"))
		switch token {
		case json.Delim('{'), json.Delim('['):
			open = append(open, outer{start: start})
			continue
		case json.Delim('}'), json.Delim(']'):
			start, open = open[len(open)-1].start, open[:len(open)-1]
		}
		isKey := false
		if n := len(open); n > 0 {
			open[n-1].elements++
			isKey = data[open[n-1].start] == '{' && open[n-1].elements%2 == 1
		}
		if isKey {
			names = append(names, [2]int{start, end})
		} else {
			values = append(values, [2]int{start, end})
		}
	}
}

// FuzzDecode checks that Decode makes the same of any data as encoding/json.
func FuzzDecode(f *testing.F) {
	for _, response := range responses(f) {
		f.Add(response, uint(len(response)))
	}
	for i, text := range unexpected {
		f.Add([]byte(text), uint(i))
		f.Add([]byte(`[{"id":1,"title":`+text+`}]`), uint(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, target uint) {
		got, want := targets(), targets()
		i := target % uint(len(got))
		sameAsReference(t, data, got[i], want[i])
	})
}
