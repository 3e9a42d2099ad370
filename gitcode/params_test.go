package gitcode

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRange(t *testing.T) {
	t.Parallel()
	for in, want := range map[Range]string{
		"2026-09-01..2026-09-30":                "20260901T000000+80-20260930T235959+80",
		"2026-09-01..2026-09-01":                "20260901T000000+80-20260901T235959+80",
		"2026-09-01..":                          "20260901T000000+80-",
		"..2026-09-30":                          "-20260930T235959+80",
		"20181006T173008+80-20181007T173008+80": "20181006T173008+80-20181007T173008+80",
		"-20181007T173008+80":                   "-20181007T173008+80",
		"2026-09-01":                            "2026-09-01T00:00:00+08:00",
		"2026-09-01T10:00:00+08:00":             "2026-09-01T10:00:00+08:00",
	} {
		got, err := json.Marshal(in)
		require.NoError(t, err)
		assert.JSONEq(t, `"`+want+`"`, string(got), "%s", in)
	}
}
