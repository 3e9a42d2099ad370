package closest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClosest(t *testing.T) {
	t.Parallel()
	names := []string{"bug", "Bug report", "kind/bug", "kind/security", "priority/high", "help wanted", "wontfix", "缺陷", "需求变更"}
	for name, want := range map[string][]string{
		"BUG":                    {"bug", "Bug report", "kind/bug"},
		"bugg":                   {"bug"},
		"ubg":                    {"bug"},
		" bug":                   {"bug", "Bug report", "kind/bug"},
		"kind":                   {"kind/bug", "kind/security"},
		"kind/securty":           {"kind/security"},
		"security":               {"kind/security"},
		"area/wontfix":           {"wontfix"},
		"help-wanted":            {"help wanted"},
		"需求":                     {"需求变更"},
		"缺限":                     {"缺陷"},
		"x":                      nil,
		"":                       nil,
		"performance":            nil,
		"b":                      {"bug", "Bug report"},
		strings.Repeat("b", 1e6): nil,
	} {
		assert.Equal(t, want, closest(name, names), "%.20s", name)
	}
}

func TestNotAmong(t *testing.T) {
	t.Parallel()
	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf("label %02d", i)
	}
	const wide = `"label 00", "label 01", "label 02", "label 03", "label 04", "label 05", "label 06", "label 07", "label 08" and "label 09"`
	for want, names := range map[string][]string{
		"it has none":                     nil,
		`it has only "a"`:                 {"a"},
		`it has "a" and "b"`:              {"a", "b"},
		"it has 12, such as " + wide:      many,
		`did you mean "xyzzy"?`:           {"a", "xyzzy"},
		`did you mean "xyz-1" or "xyz2"?`: {"xyz-1", "a", "xyz2"},
	} {
		assert.Equal(t, `there is no label "xyz" in o/r; `+want, NotAmong("label", "xyz", "o/r", names))
	}
	sentence := NotAmong("label", strings.Repeat("长", 1000), "o/r", nil)
	assert.Less(t, len(sentence), 200)
	assert.Contains(t, sentence, `长…"`)
}

func TestNoneAmong(t *testing.T) {
	t.Parallel()
	known := []string{"bug", "P1"}
	for want, names := range map[string][]string{
		`there is no label "xyz" in o/r; it has "bug" and "P1".`:                                                     {"xyz"},
		`there is no label "bgu" in o/r; did you mean "bug"? There is no label "xyz" in o/r; it has "bug" and "P1".`: {"bgu", "xyz"},
		`there is no label "xyz" in o/r; it has "bug" and "P1"; there is no label "bgu" in o/r; did you mean "bug"?`: {"xyz", "bgu"},
		strings.Repeat(`there is no label "xyz" in o/r; it has "bug" and "P1"; `, 5) + "2 more labels do not exist.": {"xyz", "xyz", "xyz", "xyz", "xyz", "a-1", "b-2"},
	} {
		assert.Equal(t, want, NoneAmong("label", names, "o/r", known))
	}
}
