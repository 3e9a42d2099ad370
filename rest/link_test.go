package rest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinkInfo(t *testing.T) {
	t.Parallel()
	yes, no := new(true), new(false)
	const next = `<https://api.github.test/repositories/1/issues?state=all&page=2>; rel="next"`
	for name, test := range map[string]struct {
		links []string
		want  PageInfo
	}{
		"one page":               {nil, PageInfo{More: no}},
		"an empty header":        {[]string{" "}, PageInfo{More: no}},
		"first of many":          {[]string{next + `, <https://api.github.test/x?page=14&per_page=30>; rel="last"`}, PageInfo{More: yes, Last: new(14)}},
		"last":                   {[]string{`<https://h.test/x?page=13>; rel="prev", <https://h.test/x?page=1>; rel="first"`}, PageInfo{More: no}},
		"a cursor":               {[]string{`<https://h.test/x?after=Y3Vyc29y%3D%3D>; rel="next"`}, PageInfo{More: yes}},
		"an odd page":            {[]string{`<https://h.test/x?page=two>; rel="next", <?page=-1>; rel="last"`}, PageInfo{More: yes}},
		"a page out of range":    {[]string{next + `, <?page=99999999999>; rel=last`}, PageInfo{More: yes}},
		"an odd address":         {[]string{`<:%zz>; rel="next"`}, PageInfo{More: yes}},
		"relative":               {[]string{`</api/v3/x?page=2>;rel=next,<?page=3>;rel=last`}, PageInfo{More: yes, Last: new(3)}},
		"two headers":            {[]string{next, `<?page=4>; rel="last"`}, PageInfo{More: yes, Last: new(4)}},
		"more parameters":        {[]string{`<?page=2>; title="a, <b>; rel=\"last\""; rel="next"; x, <?page=9> ; REL = "Last"`}, PageInfo{More: yes, Last: new(9)}},
		"two relations":          {[]string{`<?page=2>; rel="next last"`}, PageInfo{More: yes, Last: new(2)}},
		"the first counts":       {[]string{`<?page=2>; rel=last, <?page=3>; rel=last`}, PageInfo{More: no, Last: new(2)}},
		"the first rel counts":   {[]string{`<?page=2>; rel=prev; rel=next`}, PageInfo{More: no}},
		"no relation":            {[]string{`<?page=2>`}, PageInfo{}},
		"garbage":                {[]string{`rel="next"`}, PageInfo{}},
		"an address without end": {[]string{`<https://h.test/x?page=2; rel="next"`}, PageInfo{}},
		"a quote without end":    {[]string{`<?page=2>; rel="next`}, PageInfo{More: yes}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, LinkInfo(http.Header{"Link": test.links}))
		})
	}
}

// FuzzLinks checks that a Link header with any text beside a link to the next page
// is understood, or does not end the list.
func FuzzLinks(f *testing.F) {
	for _, seed := range []string{``, `<`, `<>`, `<?page=2>; rel="next", `, `<a>; x="\`, `;,=`, `<a>; rel=; rel="last"`, `<a>;;rel = "x y",`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		info := LinkInfo(http.Header{"Link": {text}})
		if info.Last != nil {
			assert.Positive(t, *info.Last)
		}
		if info.More != nil && !*info.More {
			assert.True(t, strings.TrimSpace(text) == "" || len(parseLinks(text)) > 0)
		}
		after := LinkInfo(http.Header{"Link": {`<?page=2>; rel="next", ` + text}})
		assert.True(t, after.More != nil && *after.More)
	})
}
