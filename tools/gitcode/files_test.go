package gitcode_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// uploader is a client of a server on the sandbox that may send the files of a
// directory.
type uploader struct {
	*testing.T
	directory string
	session   *client.Client
}

func newUploader(t *testing.T) *uploader {
	t.Helper()
	u := &uploader{T: t, directory: t.TempDir()}
	files, err := tools.OpenFiles(u.directory, "--allow-dir")
	require.NoError(t, err)
	c := newClient(t, sandbox.New(), api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	u.session = toolstest.Connect(t, toolset.Tools(c, tools.Settings{Files: files}), tools.Env{MaxResult: 20_000})
	return u
}

// upload uploads a file of a name and returns the Markdown and the address in it.
func (u *uploader) upload(name string, content []byte) (markdown, address string) {
	u.Helper()
	require.NoError(u, os.WriteFile(filepath.Join(u.directory, name), content, 0o600))
	result := call(u, u.session, "upload_attachment", `{`+portal+`,"file":`+toolstest.Quoted(name)+`}`)
	require.False(u, result.IsError, text(u, result))
	var value struct{ Markdown string }
	require.NoError(u, json.Unmarshal([]byte(text(u, result)), &value))
	parts := regexp.MustCompile(`^!?\[.*\]\((.*)\)$`).FindStringSubmatch(value.Markdown)
	require.NotNil(u, parts, value.Markdown)
	return value.Markdown, parts[1]
}

func (u *uploader) get(address string, offset int) *mcp.CallToolResult {
	u.Helper()
	return call(u, u.session, "get_attachment", fmt.Sprintf(`{"url":%s,"offset":%d}`, toolstest.Quoted(address), offset))
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}

// TestImageOnTheSandbox uploads a screenshot, links to it in a comment, and looks at it
// as the next reader of the comment does.
func TestImageOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUploader(t)
	screenshot := image.NewNRGBA(image.Rect(0, 0, 1600, 1200))
	for i := range screenshot.Pix {
		screenshot.Pix[i] = byte(rand.Uint32())
	}
	markdown, _ := u.upload("截图 [1].png", pngOf(t, screenshot)) // 8 MB
	assert.Regexp(t, `^!\[截图 \\\[1\\\]\.png\]\(https://gitcode\.com/openharbor/portal/attachment/uploads/[0-9a-f]{32}/%E6%88%AA%E5%9B%BE__1_\.png\)$`, markdown)
	result := call(t, u.session, "comment", `{`+portal+`,"number":2,"body":`+toolstest.Quoted("It looks so:\n\n"+markdown)+`}`)
	require.False(t, result.IsError, text(t, result))
	comments := text(t, call(t, u.session, "list_issue_comments", `{`+portal+`,"number":2}`))
	address := regexp.MustCompile(`https://gitcode\.com/\S+?\.png`).FindString(comments)

	result = u.get(address, 0)
	require.False(t, result.IsError, text(t, result))
	assert.Regexp(t, `^{"name":"截图__1_.png","type":"image/png","size":\d+,"width":1600,"height":1200,"cut":"The image is shown with \d+ × \d+ pixels."}$`, text(t, result))
	structured, err := json.Marshal(result.StructuredContent)
	require.NoError(t, err)
	assert.JSONEq(t, text(t, result), string(structured))
	assert.NoError(t, compile(t, toolNamed(t, "get_attachment").Output()).Validate(result.StructuredContent))
	require.Len(t, result.Content, 2)
	shown, ok := result.Content[1].(mcp.ImageContent)
	require.True(t, ok)
	assert.Equal(t, "image/jpeg", shown.MIMEType, "noise is too long as PNG")
	data, err := base64.StdEncoding.DecodeString(shown.Data)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(data), 150_000)
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	require.NoError(t, err)
	assert.LessOrEqual(t, cfg.Width, 1024)

	_, address = u.upload("small.png", pngOf(t, image.NewNRGBA(image.Rect(0, 0, 20, 10))))
	result = u.get(address, 0)
	assert.Regexp(t, `^{"name":"small.png","type":"image/png","size":\d+,"width":20,"height":10}$`, text(t, result))
	assert.Len(t, result.Content, 2)
}

// TestLinkToOddName checks that the name of a file cannot end its link.
func TestLinkToOddName(t *testing.T) {
	t.Parallel()
	u := newUploader(t)
	markdown, address := u.upload("a](x) `b` <i>\n.txt", []byte("x"))
	assert.Equal(t, "[a\\](x) \\`b\\` \\<i>.txt]("+address+")", markdown)
	assert.NotContains(t, address, "`")
}

// TestTextOnTheSandbox reads a long log to its end, as the texts say.
func TestTextOnTheSandbox(t *testing.T) {
	t.Parallel()
	u := newUploader(t)
	var log strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&log, "%05d 上传失败 upload failed\n", i)
	}
	markdown, address := u.upload("out.log", []byte(log.String()))
	assert.Equal(t, "[out.log]("+address+")", markdown)
	next := regexp.MustCompile(`… \([\d,]+ of 125,000 characters; the rest: get_attachment of the same url with offset=(\d+)\)$`)
	var read strings.Builder
	calls := 0
	for offset := 0; offset >= 0; calls++ {
		result := u.get(address, offset)
		require.False(t, result.IsError, text(t, result))
		require.Len(t, result.Content, 1)
		assert.LessOrEqual(t, len(text(t, result)), 20_000)
		var value struct {
			Text, Cut string
			Size      int
		}
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &value))
		assert.Equal(t, log.Len(), value.Size)
		more := next.FindStringSubmatch(value.Text)
		read.WriteString(next.ReplaceAllString(value.Text, ""))
		offset = -1
		if more != nil {
			assert.Equal(t, "A text is cut; its end says how to read the rest.", value.Cut)
			fmt.Sscan(more[1], &offset)
		}
	}
	assert.Equal(t, log.String(), read.String())
	assert.Greater(t, calls, 5)
	t.Logf("%d calls", calls)
}

// TestWholeWindowOfText reads a text whose parts fit into a result but not into what
// the client returns at once.
func TestWholeWindowOfText(t *testing.T) {
	t.Parallel()
	c := newClient(t, toolstest.Responds(200, strings.Repeat("x", 100_010)), api.Config{BaseURL: "/api/v5"})
	tool := toolstest.Named(t, toolset.Tools(c, settings), "get_attachment")
	for _, limit := range []int{0, 200_000, 100_200} {
		result, err := tool.Call(t.Context(), tools.Env{MaxResult: limit}, json.RawMessage(`{"url":"https://gitcode.com/x.log"}`))
		require.NoError(t, err)
		assert.Contains(t, text(t, result), `xx… (100,000 of 100,010 characters; the rest: get_attachment of the same url with offset=100000)"}`, limit)
	}
	toolstest.TestBounded(t, tool, false, `{"url":"https://gitcode.com/x.log"}`, "A text is cut; ")
	result, err := tool.Call(t.Context(), tools.Env{MaxResult: 2000}, json.RawMessage(`{"url":"https://gitcode.com/x.log","offset":100000}`))
	require.NoError(t, err)
	assert.Contains(t, text(t, result), `"text":"xxxxxxxxxx"}`)
}

// TestHiddenTextInFiles checks that a text file is cleaned as any other text.
func TestHiddenTextInFiles(t *testing.T) {
	t.Parallel()
	u := newUploader(t)
	_, address := u.upload("a.txt", []byte("see\U000e0041\U000e0042 this\u200b"))
	assert.Contains(t, text(t, u.get(address, 0)), `"text":"see this","hidden_removed":`)
}

func TestFilesThatAreNotShown(t *testing.T) {
	t.Parallel()
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		switch r.URL.Path {
		case "/a.svg", "/a.png":
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
		case "/bomb.png":
			fmt.Fprint(w, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00\x27\x30\x9c\x9f")
		case "/narrow.png":
			w.Write(pngOf(t, image.NewGray(image.Rect(0, 0, 1, 100_000))))
		case "/broken.png":
			fmt.Fprint(w, "\x89PNG\r\n\x1a\n")
		case "/away":
			http.Redirect(w, r, "https://evil.example/a.png", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
	session := connect(t, newClient(t, service, api.Config{BaseURL: "/api/v5"}), tools.Env{})
	for address, message := range map[string]string{
		"https://gitcode.com/a.svg":       "GET gitcode.com: the file is an SVG image",
		"https://gitcode.com/a.png":       "GET gitcode.com: the file is an SVG image",
		"https://gitcode.com/bomb.png":    "the image has 100,000 × 100,000 pixels, too many to decode",
		"https://gitcode.com/narrow.png":  "the image has 1 × 100,000 pixels, too long and narrow to show",
		"https://gitcode.com/broken.png":  "the image is damaged or of a kind that cannot be decoded",
		"https://gitcode.com/away":        "GET gitcode.com: it is redirected to another address: it is on another host; files are fetched only from gitcode.com",
		"https://gitcode.com/inside":      "GET gitcode.com: it is redirected to another address: only https addresses are fetched",
		"https://gitcode.com/none.png":    "GET gitcode.com returned 404 Not Found. Files are fetched without a token, so only public ones can be. Ask the user to open the address in a browser.",
		"https://127.0.0.1/a.png":         "not sent: it is on another host",
		"https://gitcode.com.evil.test/":  "not sent: it is on another host",
		"http://gitcode.com/a.png":        "not sent: only https addresses are fetched",
		"file:///etc/passwd":              "not sent: only https addresses are fetched",
		"uploads/4c98ad75/a.png":          "not sent: only https addresses are fetched",
		"data:image/png;base64,iVBORw0KG": "not sent: only https addresses are fetched",
	} {
		result := call(t, session, "get_attachment", `{"url":"`+address+`"}`)
		assert.True(t, result.IsError, address)
		assert.Contains(t, text(t, result), "get_attachment: "+strings.TrimPrefix(message, "get_attachment: "), address)
		assert.Len(t, result.Content, 1)
	}
}

func TestFilesThatAreNotSent(t *testing.T) {
	t.Parallel()
	u := newUploader(t)
	outside := filepath.Join(t.TempDir(), "secret.txt")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	if err := os.Symlink(outside, filepath.Join(u.directory, "link.txt")); err != nil {
		t.Skip("symbolic links are not permitted here:", err)
	}
	require.NoError(t, os.WriteFile(filepath.Join(u.directory, "a.svg"), []byte("<svg>"), 0o600))
	for file, message := range map[string]string{
		"../secret.txt":           "is outside the directory in --allow-dir",
		"x/../../secret.txt":      "is outside the directory in --allow-dir",
		outside:                   "is outside the directory in --allow-dir",
		"link.txt":                "no link may lead out of the directory in --allow-dir",
		"none.txt":                `there is no file "none.txt" in the directory in --allow-dir`,
		"a.svg":                   "the file is an SVG image",
		"http://example.org/a":    "only https addresses are fetched",
		"file://" + outside:       "only https addresses are fetched",
		"https://none.invalid/a":  "GET none.invalid: the host name cannot be resolved. Check the address of the file, or retry in a minute.",
		"https://127.0.0.1/a.png": "GET 127.0.0.1: the host has an address in a private network, from which nothing is fetched",
		"https://10.0.0.1/a.png":  "GET 10.0.0.1: the host has an address in a private network, from which nothing is fetched",
	} {
		result := call(t, u.session, "upload_attachment", `{`+portal+`,"file":`+toolstest.Quoted(file)+`}`)
		assert.True(t, result.IsError, file)
		assert.Contains(t, text(t, result), message, file)
		assert.NotContains(t, text(t, result), "https address of a public file is accepted too", file)
	}
	tool := toolstest.Named(t, toolset.Tools(newClient(t, sandbox.New(), api.Config{}), tools.Settings{}), "upload_attachment")
	result, records := toolstest.Do(t, tool, tools.Env{}, `{`+portal+`,"file":"a.png"}`)
	assert.Contains(t, text(t, result), "not sent: no file can be sent: gitcode-mcp allows it only over stdio and in its command call, and only with --allow-dir")
	assert.Contains(t, text(t, result), " The https address of a public file is accepted too.")
	assert.Empty(t, records)
	_, records = toolstest.Do(t, tool, tools.Env{}, `{`+portal+`,"file":"https://127.0.0.1/a.png"}`)
	assert.Empty(t, records, "nothing was written")
}

func TestUploadWithUnknownOutcome(t *testing.T) {
	t.Parallel()
	tool := toolstest.Named(t, toolset.Tools(newClient(t, toolstest.Responds(200, `{"success":false}`), api.Config{}), settings), "upload_attachment")
	result, records := toolstest.Do(t, tool, tools.Env{}, `{`+portal+`,"file":"2.gif"}`)
	assert.Equal(t, "upload_attachment: POST /repos/{owner}/{repo}/file/upload: the response contains no address of the file. The outcome is unknown. Upload the file again: one that no text links to does no harm.", text(t, result))
	require.Len(t, records, 1)
	assert.Equal(t, "outcome_unknown", records[0].Outcome)
}
