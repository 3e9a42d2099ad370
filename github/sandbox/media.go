package sandbox

import (
	"html"
	"regexp"
	"strings"
)

// media is the representation of Markdown that a request's media type selects:
// raw, text, html or full. It is raw if the media type selects none.
type media string

const (
	mediaRaw  media = "raw"
	mediaText media = "text"
	mediaHTML media = "html"
	mediaFull media = "full"
)

// parseAccept returns the representation that the first known media type of
// Accept selects. It is not ok if Accept has only unknown ones.
func parseAccept(values []string) (m media, ok bool) {
	if len(values) == 0 {
		return mediaRaw, true
	}
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, _, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if own, ok := strings.CutPrefix(name, "application/vnd.github"); ok {
			switch own = strings.TrimPrefix(strings.TrimSuffix(own, "+json"), ".v3"); own { // of an old version, too
			case "":
				return mediaRaw, true
			case ".raw", ".text", ".html", ".full":
				return media(own[1:]), true
			}
		}
		if name == "*/*" || name == "application/*" || name == "application/json" || name == "" {
			return mediaRaw, true
		}
	}
	return "", false
}

// header returns the value of X-GitHub-Media-Type.
func (m media) header() string {
	if m == mediaRaw {
		return "github.v3; format=json"
	}
	return "github.v3; param=" + string(m) + "; format=json"
}

// wireText is the Markdown of an issue or a comment in the representations that
// the media type selects. The inner pointer of Body is nil if there is no text.
type wireText struct {
	Body **string `json:"body,omitempty"`
	Text *string  `json:"body_text,omitempty"`
	HTML *string  `json:"body_html,omitempty"`
}

// text returns a body in the representations that a media type selects.
func (m media) text(markdown *string) wireText {
	source := ""
	if markdown != nil {
		source = *markdown
	}
	plain, page := plainText(source), renderHTML(source)
	switch m {
	case mediaText:
		return wireText{Text: &plain}
	case mediaHTML:
		return wireText{HTML: &page}
	case mediaFull:
		return wireText{Body: &markdown, Text: &plain, HTML: &page}
	default:
		return wireText{Body: &markdown}
	}
}

// plainText returns the text of Markdown. It knows only the Markdown that the
// seed data has.
func plainText(markdown string) string {
	markup := regexp.MustCompile("(?m)^#+ |^```.*\n?|`|\\*\\*")
	return strings.TrimSpace(markup.ReplaceAllString(markdown, ""))
}

// renderHTML renders Markdown as paragraphs and blocks of code, which is all the
// HTML that a client needs to tell it from the original.
func renderHTML(markdown string) string {
	var b strings.Builder
	for n, block := range strings.Split(markdown, "```") {
		if n%2 == 1 {
			_, code, _ := strings.Cut(block, "\n")
			b.WriteString("<pre><code>" + html.EscapeString(code) + "</code></pre>\n")
			continue
		}
		for paragraph := range strings.SplitSeq(block, "\n\n") {
			if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
				b.WriteString(`<p dir="auto">` + html.EscapeString(plainText(paragraph)) + "</p>\n")
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
