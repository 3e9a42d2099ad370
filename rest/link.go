package rest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// LinkInfo returns what the Link header of a page reports of the whole list. One
// without the relation next says that no page follows, and so does its absence. A
// header that is not a list of links says nothing.
func LinkInfo(header http.Header) PageInfo {
	text := strings.TrimSpace(strings.Join(header.Values("Link"), ", "))
	links := parseLinks(text)
	if len(links) == 0 && text != "" {
		return PageInfo{}
	}
	_, more := links["next"]
	return PageInfo{Last: pageOf(links["last"]), More: &more}
}

// pageOf returns the page that an address asks for, or nil if it asks for none.
// Some lists have cursors instead.
func pageOf(address string) *int {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	page, err := strconv.Atoi(u.Query().Get("page"))
	const most = 1_000_000_000 // so that no sum overflows
	if err != nil || page < 1 || page > most {
		return nil
	}
	return &page
}

// parseLinks returns the addresses in a Link header by their relations (RFC 8288,
// section 3), the first of each.
func parseLinks(header string) map[string]string {
	links := map[string]string{}
	for {
		_, tail, _ := strings.Cut(header, "<")
		address, tail, found := strings.Cut(tail, ">")
		if !found {
			return links
		}
		var relations string
		relations, header = linkRelations(tail)
		for relation := range strings.FieldsSeq(strings.ToLower(relations)) {
			if _, known := links[relation]; !known {
				links[relation] = strings.TrimSpace(address)
			}
		}
	}
}

// linkRelations returns the relations among the parameters of a link, and the
// header after them.
func linkRelations(params string) (relations, tail string) {
	known := false
	for params = strings.TrimLeft(params, " \t"); strings.HasPrefix(params, ";"); params = strings.TrimLeft(params, " \t") {
		end := strings.IndexAny(params[1:], "=;,") + 1
		if end == 0 {
			return relations, ""
		}
		name, value := strings.TrimSpace(params[1:end]), ""
		if params = params[end:]; params[0] == '=' {
			value, params = linkValue(strings.TrimLeft(params[1:], " \t"))
		}
		if strings.EqualFold(name, "rel") && !known { // others do not count
			relations, known = value, true
		}
	}
	return relations, params
}

// linkValue returns a value at the beginning of a text, with or without quotes,
// and the text after it.
func linkValue(text string) (value, tail string) {
	quoted, isQuoted := strings.CutPrefix(text, `"`)
	if !isQuoted {
		end := strings.IndexAny(text, ";,")
		if end < 0 {
			end = len(text)
		}
		return strings.TrimSpace(text[:end]), text[end:]
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		switch c := quoted[i]; {
		case c == '"':
			return b.String(), quoted[i+1:]
		case c == '\\' && i+1 < len(quoted):
			i++
			b.WriteByte(quoted[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}
