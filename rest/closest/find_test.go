package closest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFind(t *testing.T) {
	t.Parallel()
	things := []Named{{1, "v1"}, {2, "V1"}, {3, "Next"}, {4, "LTS"}, {5, "lts"}}
	for name, test := range map[string]struct {
		want int64
		err  string
	}{
		"v1":   {1, ""},
		"V1":   {2, ""},
		"next": {3, ""},
		"Lts":  {0, `2 milestones have the title "Lts" in another case; pass the number of one, such as 4`},
		"v1.0": {0, `there is no milestone "v1.0" in o/r; did you mean "v1" or "V1"?`},
	} {
		got, err := Find("milestone", name, "o/r", things)
		assert.Equal(t, test.want, got, name)
		if test.err != "" {
			assert.EqualError(t, err, test.err)
		} else {
			assert.NoError(t, err)
		}
	}
}
