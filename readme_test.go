package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A section is a part of a README up to the next heading.
type section struct {
	id        string // the anchor of its heading
	level     int
	blocks    []string // fenced
	generated []string // parts, with the comments around them
	tables    []string // the code in the first cell of each row, and the number of cells
	items     int      // of lists
	code      []string // in backticks, sorted
}

var (
	blockPattern     = regexp.MustCompile("(?ms)^```.*?^```$")
	generatedPattern = regexp.MustCompile(`(?ms)^<!-- (?:[\w-]+: written by [^\n]*|bench) -->\n.*?^<!-- end of [\w-]+ -->$`)
	headingPattern   = regexp.MustCompile(`(?m)^(#+) (.*?)(?: <a id="(.*)"></a>)?$`)
	notInSlug        = regexp.MustCompile(`[^\p{L}\d -]`)
	itemPattern      = regexp.MustCompile(`(?m)^- `)
	rowPattern       = regexp.MustCompile(`(?m)^\|.*\|$`)
	codePattern      = regexp.MustCompile("`[^`\n]+`")
	linkPattern      = regexp.MustCompile(`\]\(([^)\s#]*)(?:#([^)\s]*))?\)`)
)

// sections returns the sections of a README. A heading of the Chinese one has the
// anchor of the English one, so that links to it are the same.
func sections(readme string) (list []section) {
	var blocks []string // hidden, because a comment in them looks like a heading
	const hidden = "```hidden```"
	readme = blockPattern.ReplaceAllStringFunc(readme, func(block string) string {
		blocks = append(blocks, block)
		return hidden
	})
	headings := headingPattern.FindAllStringSubmatchIndex(readme, -1)
	for i, at := range headings {
		end := len(readme)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		s, text := section{level: at[3] - at[2]}, readme[at[1]:end]
		if s.id = strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(readme[at[4]:at[5]]), ""), " ", "-"); at[6] >= 0 {
			s.id = readme[at[6]:at[7]]
		}
		n := strings.Count(text, hidden)
		s.blocks, blocks = blocks[:n:n], blocks[n:]
		s.generated = generatedPattern.FindAllString(text, -1)
		text = strings.ReplaceAll(generatedPattern.ReplaceAllString(text, ""), hidden, "")
		for _, row := range rowPattern.FindAllString(text, -1) {
			first, rest, _ := strings.Cut(row[1:], "|")
			s.tables = append(s.tables, strings.Join(codePattern.FindAllString(first, -1), " ")+strings.Repeat(" |", strings.Count(rest, "|")))
		}
		s.items = len(itemPattern.FindAllString(text, -1))
		s.code = codePattern.FindAllString(text, -1)
		slices.Sort(s.code)
		s.code = slices.Compact(s.code)
		list = append(list, s)
	}
	return list
}

// TestChineseReadme checks that README.zh-CN.md has what README.md has: the same
// sections, and in each the same code, generated parts, rows of tables and number of
// items.
func TestChineseReadme(t *testing.T) {
	t.Parallel()
	english, err := os.ReadFile("README.md")
	require.NoError(t, err)
	chinese, err := os.ReadFile("README.zh-CN.md")
	require.NoError(t, err)
	translations := map[string]section{}
	var order, wantOrder []string
	for _, s := range sections(string(chinese)) {
		translations[s.id] = s
		order = append(order, s.id)
	}
	for i, want := range sections(string(english)) {
		if i == 0 {
			want.id = order[0] // the title
		}
		wantOrder = append(wantOrder, want.id)
		got, ok := translations[want.id]
		if !assert.True(t, ok, "README.zh-CN.md lacks the section %s; its heading ends with <a id=%q></a>", want.id, want.id) {
			continue
		}
		assert.Equal(t, want.level, got.level, "level of the section %s", want.id)
		assert.Equal(t, want.blocks, got.blocks, "code blocks of the section %s", want.id)
		assert.Equal(t, want.generated, got.generated, "generated parts of the section %s", want.id)
		assert.Equal(t, want.tables, got.tables, "tables of the section %s", want.id)
		assert.Equal(t, want.items, got.items, "items of lists in the section %s", want.id)
		assert.Equal(t, want.code, got.code, "code in backticks in the section %s", want.id)
	}
	assert.Equal(t, wantOrder, order, "README.zh-CN.md has other sections, or in another order")
}

// TestLinks checks that links between documents lead to files and sections that exist.
func TestLinks(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("*.md")
	require.NoError(t, err)
	guides, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, file := range append(documents, guides...) {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, link := range linkPattern.FindAllStringSubmatch(string(content), -1) {
			if strings.Contains(link[1], ":") {
				continue // to another site
			}
			target := file
			if link[1] != "" {
				target = filepath.Join(filepath.Dir(file), link[1])
			}
			if !assert.True(t, exists(target), "%s links to %s, which is missing", file, target) || link[2] == "" {
				continue
			}
			document, err := os.ReadFile(target)
			require.NoError(t, err)
			assert.True(t, slices.ContainsFunc(sections(string(document)), func(s section) bool { return s.id == link[2] }),
				"%s links to section %s of %s, which is missing", file, link[2], target)
		}
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
