package gitcode_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// generatedEdit is a text, a change of it, and the text after the change.
type generatedEdit struct {
	before, old, after string // the text is all three
	edits              textedit.Changes
	want               string
}

// pieces are what generated texts consist of. §, in none of them, marks what an
// edit replaces.
var pieces = []string{
	"a", "B", "word ", "  ", "\t", "   \n", " \r\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\v", "\f", "\x01", "\x1b[0m", "\x7f", "\u0085", "\u2028",
	"😀", "👩‍💻", "🇨🇳", "e\u0301", "a\u0300\u0316", "漢字", "中文。", "한국어", "שלום", "\u200b", "\u00a0", "\ufeff", "\ufffd", "\U00020000",
	"<T>", "Promise<string>", "<details>", "&amp;", `\n`, `"quoted"`, `\`, "`code`", "```go\nfunc f[T any]()\n```\n", "~~~\r\n<T>\r\n~~~\r\n",
	"| a | b |\n|---|---|\n| 1 | 2 |\n", "- [ ] task\n", "1. one\r\n", "# Title\n", "> quote  \n", "![x](https://example.test/?a=1&b=%20)", "%s %d", "$1", "{}", "[1,2]",
}

func generate(random *rand.Rand, length int) string {
	style := random.IntN(3) // mixed line ends, only LF, only CRLF
	var b strings.Builder
	for range length {
		piece := pieces[random.IntN(len(pieces))]
		if style > 0 {
			piece = strings.ReplaceAll(piece, "\r\n", "\n")
		}
		if style == 2 {
			piece = strings.ReplaceAll(piece, "\n", "\r\n")
		}
		b.WriteString(piece)
	}
	return b.String()
}

// generateEdit returns a change of a generated text. What it expects is the text
// put together again.
func generateEdit(random *rand.Rand) generatedEdit {
	text := generate(random, 1+random.IntN(60))
	from := random.IntN(len(text) + 1)
	to := from + random.IntN(min(len(text)-from, 30)+1)
	for !atCharacter(text, from) {
		from--
	}
	for !atCharacter(text, to) {
		to++
	}
	g := generatedEdit{before: text[:from], old: "§" + text[from:to] + "§", after: text[to:]}
	if strings.HasPrefix(g.after, "\n") || random.IntN(2) == 0 { // § in between splits no CRLF
		g.old = text[from:to] + "§"
	}
	text = g.before + g.old + g.after
	lineEnds := func(s string) string { return s }
	if crlf := strings.Count(text, "\r\n"); crlf > strings.Count(text, "\n")-crlf {
		lineEnds = func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
		}
	}
	edit := textedit.Edit{Old: g.old, New: generate(random, random.IntN(5))}
	if random.IntN(2) == 0 {
		edit.Old = strings.ReplaceAll(g.old, "\r\n", "\n") // as a model reads it
	}
	g.want = g.before + lineEnds(edit.New) + g.after
	g.edits.Edits = []textedit.Edit{edit}
	if random.IntN(2) == 0 {
		g.edits.Prepend = generate(random, 3)
		added := lineEnds(g.edits.Prepend)
		if !strings.HasSuffix(added, "\n") && g.want != "" && !strings.HasPrefix(g.want, "\n") && !strings.HasPrefix(g.want, "\r\n") {
			added += lineEnds("\n")
		}
		g.want = added + g.want
	}
	if random.IntN(2) == 0 {
		g.edits.Append = generate(random, 3)
		added := lineEnds(g.edits.Append)
		if g.want != "" && !strings.HasPrefix(added, "\n") && !strings.HasPrefix(added, "\r\n") && !strings.HasSuffix(g.want, "\n") {
			added = lineEnds("\n") + added
		}
		g.want += added
	}
	return g
}

// atCharacter reports whether a character begins at an offset, counting CRLF as
// one.
func atCharacter(text string, i int) bool {
	if i == len(text) {
		return true
	}
	return text[i]&0xc0 != 0x80 && (i == 0 || text[i-1:i+1] != "\r\n")
}

// TestGeneratedEdits checks that edits, prepend and append keep every byte of a
// text outside the edit.
func TestGeneratedEdits(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2026, 9))
	for n := range 10_000 {
		g := generateEdit(random)
		changed, diff, err := g.edits.Apply(g.before + g.old + g.after)
		require.NoError(t, err, "%d: %q", n, g)
		require.Equal(t, g.want, changed, "%d: %q", n, g)
		require.LessOrEqual(t, len(diff), 2000, "%d: %q", n, g)
	}
}

// rawIssue is an issue of a sandbox, read and written without this client.
type rawIssue struct {
	t   *testing.T
	box http.Handler
}

func (i rawIssue) request(method, path string, body any) map[string]any {
	i.t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(i.t, err)
	r := httptest.NewRequest(method, sandbox.Prefix+path, strings.NewReader(string(encoded)))
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	i.box.ServeHTTP(w, r)
	require.Less(i.t, w.Code, 300, w.Body)
	var response map[string]any
	if w.Body.Len() > 0 {
		require.NoError(i.t, json.Unmarshal(w.Body.Bytes(), &response))
	}
	return response
}

func (i rawIssue) body() string {
	return i.request("GET", "/repos/openharbor/portal/issues/1", nil)["body"].(string)
}

func (i rawIssue) setBody(body string) {
	i.request("PATCH", "/repos/openharbor/issues/1", map[string]string{"repo": "portal", "body": body})
}

// arguments encodes the arguments of a tool.
func arguments(t *testing.T, ref string, edits textedit.Changes) string {
	t.Helper()
	encoded, err := json.Marshal(edits)
	require.NoError(t, err)
	return "{" + ref + "," + string(encoded[1:])
}

// TestGeneratedEditsThroughTheTools is TestGeneratedEdits for update_issue and
// update_comment.
func TestGeneratedEditsThroughTheTools(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	session := connect(t, newClient(t, box, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token}), tools.Env{MaxResult: 60_000})
	issue := rawIssue{t, box}
	id := int(issue.request("POST", "/repos/openharbor/portal/issues/1/comments", map[string]string{"body": "x"})["id"].(float64))
	comment := fmt.Sprintf("/repos/openharbor/portal/issues/comments/%d", id)
	random := rand.New(rand.NewPCG(9, 300))
	for n := range 300 {
		g := generateEdit(random)
		original := g.before + g.old + g.after
		issue.setBody(original)
		result := call(t, session, "update_issue", arguments(t, portal+`,"number":1`, g.edits))
		require.False(t, result.IsError, "%d: %s: %q", n, text(t, result), g)
		require.Equal(t, g.want, issue.body(), "%d: %q", n, g)
		assert.NotContains(t, text(t, result), "warnings")

		if strings.TrimSpace(g.want) == "" {
			continue // no comment is blank
		}
		issue.request("PATCH", comment, map[string]string{"body": original})
		result = call(t, session, "update_comment", arguments(t, fmt.Sprintf(`%s,"id":%d`, portal, id), g.edits))
		require.False(t, result.IsError, "%d: %s: %q", n, text(t, result), g)
		require.Equal(t, g.want, issue.request("GET", comment, nil)["body"], "%d: %q", n, g)
		assert.NotContains(t, text(t, result), "warnings")
	}
}

// TestEditOfALongBody checks that changing a line of a long body takes few bytes
// of arguments and of results, and no more requests than it needs.
func TestEditOfALongBody(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	var requests []string
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.Method)
		box.ServeHTTP(w, r)
	}), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	issue := rawIssue{t, box}
	var long strings.Builder
	for n := 0; long.Len() < 50_000; n++ {
		fmt.Fprintf(&long, "- [ ] step %d: check Promise<T>, 表格 and 😀  \r\n", n)
	}
	issue.setBody(long.String())
	given := `{` + portal + `,"number":1,"edits":[{"old":"- [ ] step 500:","new":"- [x] step 500:"}]}`
	result := text(t, call(t, connect(t, client, tools.Env{}), "update_issue", given))
	assert.Less(t, len(given), 300)
	assert.Less(t, len(result), 600)
	t.Logf("a line of %d bytes: %d bytes of arguments, %d of results", long.Len(), len(given), len(result))
	assert.Contains(t, result, `"diff":"@@ line 501\n-- [ ] step 500: check Promise<T>, 表格 and 😀  \n+- [x] step 500: check Promise<T>, 表格 and 😀  "`)
	assert.Equal(t, strings.Replace(long.String(), "[ ] step 500:", "[x] step 500:", 1), issue.body())
	assert.Equal(t, []string{"GET", "GET", "PATCH", "GET"}, requests)
}

// TestConcurrentEditor runs update_issue against somebody who changes the body
// between any two of its requests. What its second read returns must be what its
// PATCH changes, or nothing is written.
func TestConcurrentEditor(t *testing.T) {
	t.Parallel()
	const rounds = 1000
	box := sandbox.New()
	issue := rawIssue{t, box}
	random := rand.New(rand.NewPCG(1, 1000))
	var likelihood int // in percent
	var reads, patches int
	var read, written string // the body when it was last read before the PATCH, and after the PATCH
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if random.IntN(100) < likelihood {
			issue.setBody(fmt.Sprintf("%s\r\nsomebody wrote %d", issue.body(), random.Uint32()))
		}
		switch r.Method {
		case http.MethodGet:
			if reads++; patches == 0 {
				read = issue.body()
			}
		case http.MethodPatch:
			patches++
		}
		recorded := httptest.NewRecorder()
		box.ServeHTTP(recorded, r)
		if r.Method == http.MethodPatch {
			written = issue.body()
		}
		w.WriteHeader(recorded.Code)
		w.Write(recorded.Body.Bytes())
	}), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	session := connect(t, client, tools.Env{})
	conflicts := 0
	for n := range rounds {
		issue.setBody("before\r\n- [ ] task\r\nafter")
		likelihood, reads, patches = random.IntN(4)*25, 0, 0
		result := call(t, session, "update_issue", `{`+portal+`,"number":1,"edits":[{"old":"- [ ] task","new":"- [x] task"}],"append":"done"}`)
		if result.IsError {
			conflicts++
			require.Contains(t, text(t, result), "somebody else changed the text at the same time; retry with the same arguments")
			require.Equal(t, [2]int{2, 0}, [2]int{reads, patches}, "round %d", n)
			require.Contains(t, issue.body(), "- [ ] task", "round %d", n)
			continue
		}
		require.Equal(t, [2]int{3, 1}, [2]int{reads, patches}, "round %d", n)
		require.Equal(t, strings.Replace(read, "[ ]", "[x]", 1)+"\r\ndone", written, "round %d", n)
		if issue.body() != written {
			require.Contains(t, text(t, result), "the body differs from the one requested", "round %d", n)
		}
	}
	t.Logf("%d rounds, %d conflicts", rounds, conflicts)
	assert.Greater(t, conflicts, rounds/10)
	assert.Less(t, conflicts, rounds)
}
