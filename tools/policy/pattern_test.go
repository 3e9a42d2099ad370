package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPatternsAllow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		patterns       []string
		isPath         bool
		allowed, other []string
	}{
		"none":              {[]string{}, false, nil, []string{"", "bug"}},
		"one":               {[]string{"bug"}, false, []string{"bug", "BUG"}, []string{"bugs", "bu", "bug\u200b", "\uff42ug", ""}},
		"any":               {[]string{"*"}, false, []string{"bug", "a/b"}, nil},
		"prefix":            {[]string{"priority/*"}, false, []string{"priority/high", "Priority/a/b"}, []string{"priority"}},
		"several stars":     {[]string{"a*b*c"}, false, []string{"abc", "a1b2c"}, []string{"acb", "abcd"}},
		"excluded":          {[]string{"*", "!wontfix"}, false, []string{"bug"}, []string{"wontfix", "WontFix", "wont\u200bfix", "\uff57ontfix", " wontfix"}},
		"excluded first":    {[]string{"!kind/*", "*"}, false, []string{"kind"}, []string{"kind/bug", "\u212aind/x"}},
		"only excluded":     {[]string{"!a"}, false, []string{"b"}, []string{"a", "A"}},
		"exact":             {[]string{"kit"}, false, []string{"kit", "KIT"}, []string{"\u212ait", "k\u0131t"}},
		"repository":        {[]string{"o/r"}, true, []string{"o/r", "O/R"}, []string{"o/r/x", "o/rx", "x/o/r"}},
		"owner":             {[]string{"o/*"}, true, []string{"o/r"}, []string{"o/r/x", "ox/r"}},
		"part of a name":    {[]string{"o/docs-*"}, true, []string{"o/docs-a"}, []string{"o/docs", "o/a/docs-a"}},
		"groups":            {[]string{"g/**"}, true, []string{"g/p", "g/s/p"}, []string{"h/p"}},
		"groups in between": {[]string{"g/**/p"}, true, []string{"g/p", "g/a/b/p"}, []string{"g/a/b/q"}},
		"all":               {[]string{"**"}, true, []string{"a/b", "a/b/c"}, nil},
		"all but one":       {[]string{"**", "!g/secret/**"}, true, []string{"g/p"}, []string{"g/secret/p", "G/Secret/a/b"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := patterns{test.patterns, test.isPath}
			for _, s := range test.allowed {
				assert.True(t, p.allow(s), "%q", s)
			}
			for _, s := range test.other {
				assert.False(t, p.allow(s), "%q", s)
			}
		})
	}
}

func TestPatternsCover(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		patterns       []string
		covered, other []string
	}{
		"one repository": {[]string{"o/r"}, nil, []string{"o/*", "**", "o/**"}},
		"an owner":       {[]string{"o/*"}, []string{"o/*", "O/*"}, []string{"x/*", "**", "o/**", "ox/*"}},
		"a group":        {[]string{"g/**"}, []string{"g/*", "g/**", "g/s/**"}, []string{"**", "gx/**"}},
		"all":            {[]string{"**"}, []string{"**", "g/**", "o/*"}, nil},
		"two segments":   {[]string{"*/*"}, []string{"o/*"}, []string{"**", "g/**"}},
		"but one":        {[]string{"**", "!g/secret"}, []string{"o/*", "g/public/**"}, []string{"**", "g/**", "g/*"}},
		"but by name":    {[]string{"**", "!*/secret"}, nil, []string{"o/*"}},
		"only excluded":  {[]string{"!g/*"}, []string{"o/*"}, []string{"g/*", "**"}},
		"nothing":        {[]string{}, nil, []string{"**", "o/*"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := patterns{test.patterns, true}
			for _, s := range test.covered {
				assert.True(t, p.cover(s), s)
			}
			for _, s := range test.other {
				assert.False(t, p.cover(s), s)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a/b", "g/s/p", "A-1/b_2.c", "门户/首页"} {
		assert.True(t, isName(name), name)
	}
	for _, name := range []string{
		"", "a", "a/", "/a", "a//b", "a/..", "./a", "a/b.", "a/b.git", "a/b.GIT", "a/b%2Fc", "a/b c", "a/b\n", "a/b\u200b", "a/b\x00", "a\\b/c", "a/*", "cafe\u0301/x", "a/b?x", "a/b#1",
	} {
		assert.False(t, isName(name), "%q", name)
	}
	assert.True(t, patterns{[]string{"o/*", "!x/*"}, true}.allowOwner("O"))
	assert.False(t, patterns{[]string{"o/*"}, true}.allowOwner("x"))
	assert.True(t, patterns{[]string{"!x/y"}, true}.allowOwner("x"))
}
