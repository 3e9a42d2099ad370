package tools_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

const token = "depot-token"

// ref and box are the params and the response of the test's forge.
type ref struct {
	Shelf string `json:"shelf"`
}

func (r ref) Target() string { return "shelf " + r.Shelf }

type box struct {
	ID   int64  `json:"id"`
	Text string `json:"text"`
}

type boxView struct {
	Text string `json:"text,omitempty"`
	tools.Notes
}

type boxWritten struct {
	Text string `json:"text,omitempty"`
	tools.Written
}

// depot returns the tools of a forge whose every response is the one given.
func depot(t *testing.T, status int, body string, advise func(tools.Failure) string) map[string]tools.Tool {
	t.Helper()
	return depotWith(t, func() (int, string) { return status, body }, advise)
}

// depotWith returns the tools of a forge that responds as respond says.
func depotWith(t testing.TB, respond func() (status int, body string), advise func(tools.Failure) string) map[string]tools.Tool {
	t.Helper()
	c, err := rest.New(rest.Forge{
		BaseURL:   "http://depot.test",
		Authorize: func(h http.Header, token string) { h.Set("Authorization", token) },
		Decode:    json.Unmarshal,
		Error: func(status int, _ http.Header, body []byte) *rest.Error {
			return &rest.Error{Class: rest.ClassOf(status), Message: string(body)}
		},
	}, rest.Config{Token: token, MaxWait: -1, Transport: transport(func(r *http.Request) (*http.Response, error) {
		status, body := respond()
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})})
	require.NoError(t, err)
	forge := &tools.Forge{Client: c, Name: "Depot", TokenHelp: "Ask the depot for one.", TokenHeader: "X-Depot-Token", Settings: tools.Settings{Token: "DEPOT_TOKEN", Rate: "--depot-rate"}, Limits: "5 requests a day", Advise: advise}
	get := func(ctx context.Context, p *ref) (*box, error) {
		return rest.Call[box](ctx, c, "GET /shelves/{shelf}", p)
	}
	put := func(ctx context.Context, p *ref) (*box, error) {
		return rest.Call[box](ctx, c, "POST /shelves/{shelf}", p)
	}
	empty := func(ctx context.Context, p *ref) error { return rest.Send(ctx, c, "DELETE /shelves/{shelf}", p) }
	byName := map[string]tools.Tool{}
	for _, tool := range forge.Toolset("boxes",
		tools.Read("get_box", "Return a box.", get, func(_ *ref, b *box) *boxView { return &boxView{Text: b.Text} }),
		tools.Write(tools.Spec{Name: "put_box", Effect: tools.Adds, Description: "Put a box.", Verify: "get_box"}, put,
			func(_ *ref, b *box) *boxWritten {
				return &boxWritten{Text: b.Text, Written: tools.Written{ID: b.ID}}
			}),
		tools.Write(tools.Spec{Name: "empty_shelf", Effect: tools.Deletes, Description: "Remove all boxes.", Verify: "get_box"}, tools.NoResult(empty),
			func(*ref, *struct{}) *boxWritten { return &boxWritten{Text: "empty"} }),
	) {
		byName[tool.Name] = tool
	}
	return byName
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func call(t *testing.T, tool tools.Tool, env tools.Env) (text string, isError bool) {
	t.Helper()
	result, err := tool.Call(t.Context(), env, json.RawMessage(`{"shelf":"a"}`))
	assert.Equal(t, result.IsError, err != nil)
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text, result.IsError
}

func TestToolFollowsFromMethodAndView(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][3]bool{ // read-only, destructive, idempotent
		"get_box": {true, false, true}, "put_box": {false, false, false}, "empty_shelf": {false, true, true},
	} {
		tool := depot(t, 200, "{}", nil)[name]
		assert.Equal(t, "boxes", tool.Toolset)
		m := tool.MCP()
		assert.Equal(t, want, [3]bool{*m.Annotations.ReadOnlyHint, *m.Annotations.DestructiveHint, *m.Annotations.IdempotentHint}, name)
		assert.JSONEq(t, `{"type":"object","required":["shelf"],"properties":{"shelf":{"type":"string"}}}`, string(tool.Input()))
		assert.Contains(t, string(tool.Output()), `"hidden_removed"`)
		assert.Equal(t, name != "get_box", strings.Contains(string(tool.Output()), `"dry_run"`), name)
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"get_box": `{"text":"a<b"}`, "put_box": `{"text":"a<b"}`, "empty_shelf": `{"text":"empty"}`} {
		var records []tools.Record
		text, isError := call(t, depot(t, 200, `{"id":5,"text":"a<b"}`, nil)[name], tools.Env{Audit: func(r tools.Record) { records = append(records, r) }})
		assert.False(t, isError)
		assert.Equal(t, want, text)
		switch name {
		case "get_box":
			assert.Empty(t, records)
		case "put_box":
			assert.Equal(t, []tools.Record{{Tool: name, Target: "shelf a", Outcome: "ok", User: "1ea89195", ID: 5}}, records)
		default:
			assert.Equal(t, []tools.Record{{Tool: name, Target: "shelf a", Outcome: "ok", User: "1ea89195"}}, records)
		}
	}
}

func TestWriteRequiresAnEffect(t *testing.T) {
	t.Parallel()
	for _, effect := range []tools.Effect{0, tools.Reads} {
		assert.Panics(t, func() {
			tools.Write(tools.Spec{Name: "x", Effect: effect}, func(context.Context, *ref) (*box, error) { return &box{}, nil }, func(*ref, *box) *boxWritten { return &boxWritten{} })
		}, effect)
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		tool   string
		want   string
	}{
		{401, "get_box", "Put a valid token in DEPOT_TOKEN. Ask the depot for one."},
		{403, "get_box", "Ask for access to the repository"},
		{404, "get_box", "Check shelf=a. Depot also returns 404"},
		{409, "get_box", "Read it again before retrying."},
		{418, "get_box", "Depot's firewall"},
		{400, "get_box", "Correct the arguments"},
		{429, "get_box", "The limit is 5 requests a day for each user."},
		{301, "get_box", "has moved"},
		{503, "get_box", "Depot cannot be reached or is failing."},
		{503, "put_box", "Check with get_box before retrying."},
	} {
		text, isError := call(t, depot(t, test.status, "", nil)[test.tool], tools.Env{})
		assert.True(t, isError)
		assert.True(t, strings.HasPrefix(text, test.tool+": "), text)
		assert.Contains(t, text, test.want)
	}
	text, _ := call(t, depot(t, 404, "", func(f tools.Failure) string { return fmt.Sprint("Look at ", f.Class, ".") })["get_box"], tools.Env{})
	assert.True(t, strings.HasSuffix(text, ". Look at not_found."), text)
}

func TestAuditOutcomes(t *testing.T) {
	t.Parallel()
	for status, outcome := range map[int]string{200: "ok", 403: "forbidden", 500: "outcome_unknown"} {
		var records []tools.Record
		call(t, depot(t, status, "{}", nil)["put_box"], tools.Env{Audit: func(r tools.Record) { records = append(records, r) }})
		require.Len(t, records, 1)
		assert.Equal(t, outcome, records[0].Outcome)
	}
	var records []tools.Record
	failing := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(context.Context, *ref) (*box, error) { return nil, errors.New("boom") }, func(*ref, *box) *boxWritten { return &boxWritten{} })
	forge := &tools.Forge{Client: newIdleClient(t)}
	text, isError := call(t, forge.Toolset("x", failing)[0], tools.Env{Audit: func(r tools.Record) { records = append(records, r) }})
	assert.True(t, isError)
	assert.Equal(t, "x: boom", text)
	assert.Equal(t, "failed", records[0].Outcome)
}

func newIdleClient(t testing.TB) *rest.Client {
	t.Helper()
	c, err := rest.New(rest.Forge{BaseURL: "http://depot.test"}, rest.Config{Timeout: time.Minute})
	require.NoError(t, err)
	return c
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	audit := func(tools.Record) { t.Error("a dry run was recorded") }
	text, isError := call(t, depot(t, 500, "", nil)["put_box"], tools.Env{DryRun: true, Audit: audit})
	assert.False(t, isError)
	assert.JSONEq(t, `{"dry_run":[{"method":"POST","path":"/shelves/a","body":"{}"}]}`, text)
	text, isError = call(t, depot(t, 200, `{"text":"x"}`, nil)["get_box"], tools.Env{DryRun: true, Audit: audit})
	assert.False(t, isError)
	assert.JSONEq(t, `{"text":"x"}`, text, "reads are sent")
}

// preview is a response that says what a dry run would do, if anything.
type preview string

func (p preview) HasPreview() bool { return p != "" }

func TestDryRunShowsAPreview(t *testing.T) {
	t.Parallel()
	view := func(_ *ref, p preview) *boxWritten { return &boxWritten{Text: "view: " + string(p)} }
	for response, want := range map[preview]string{"full": `{"text":"view: full"}`, "": `{}`} {
		tool := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(context.Context, *ref) (preview, error) { return response, nil }, view)
		text, isError := call(t, (&tools.Forge{Client: newIdleClient(t)}).Toolset("x", tool)[0], tools.Env{DryRun: true})
		assert.False(t, isError)
		assert.Equal(t, want, text)
	}
}

func TestSecretsAndHiddenCharactersAreRemoved(t *testing.T) {
	t.Parallel()
	text, _ := call(t, depot(t, 200, `{"text":"`+token+"\u202e"+`"}`, nil)["get_box"], tools.Env{})
	assert.JSONEq(t, `{"text":"[token removed]","hidden_removed":1}`, text)
	text, _ = call(t, depot(t, 400, token+"\u202e", nil)["get_box"], tools.Env{})
	assert.Contains(t, text, "returned 400: [token removed]")
	assert.Contains(t, text, "(1 invisible characters removed)")
}

func TestLongTextIsTruncated(t *testing.T) {
	t.Parallel()
	text, _ := call(t, depot(t, 200, `{"text":"`+strings.Repeat("语", 5000)+`"}`, nil)["get_box"], tools.Env{MaxResult: 3000})
	assert.LessOrEqual(t, len(text), 3000)
	assert.Contains(t, text, "of 5000 characters (the server's GITCODE_MCP_MAX_RESULT is 3000 bytes)")
}

func TestTheLimitIsNamedAsGiven(t *testing.T) {
	t.Parallel()
	env := tools.Env{MaxResult: 600, MaxResultName: "--max-result"}
	long := strings.Repeat("ab ", 1000)
	for _, status := range []int{200, 400} {
		text, _ := call(t, depot(t, status, `{"text":"`+long+`"}`, func(tools.Failure) string { return long })["get_box"], env)
		assert.Contains(t, text, "the server's --max-result is 600 bytes", status)
	}
}

// FuzzLimit checks that a result with any text is valid JSON within the limit,
// and an error valid UTF-8.
func FuzzLimit(f *testing.F) {
	f.Add("plain", 500)
	f.Add(strings.Repeat("\x00\u2028\"\\\b\f\n\t<&>", 100), 600)
	f.Add(strings.Repeat("👨\u200d👩\u202e语", 200), 1)
	f.Add(strings.Repeat("\xff\u0085", 1000), 3000)
	var status int
	var body string
	getBox := depotWith(f, func() (int, string) { return status, body }, nil)["get_box"]
	f.Fuzz(func(t *testing.T, content string, limit int) {
		limit = min(max(limit, 1), 10_000)
		encoded, err := json.Marshal(map[string]string{"text": content})
		require.NoError(t, err)
		status, body = 200, string(encoded)
		text, isError := call(t, getBox, tools.Env{MaxResult: limit})
		require.False(t, isError, text)
		assert.LessOrEqual(t, len(text), max(limit, 500))
		assert.True(t, json.Valid([]byte(text)), text)
		status, body = 400, content
		if text, isError = call(t, getBox, tools.Env{MaxResult: limit}); assert.True(t, isError) {
			assert.LessOrEqual(t, len(text), max(limit, 500))
			assert.True(t, utf8.ValidString(text))
		}
	})
}
