package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStubSizes checks that the stub's issues have the size that the table states, and
// that they differ.
func TestStubSizes(t *testing.T) {
	t.Parallel()
	list := issues(1, pageSize)
	assert.InDelta(t, 204_000, len(list), 1000)
	var decoded []struct {
		ID     int
		Number string
	}
	require.NoError(t, json.Unmarshal(list, &decoded))
	require.Len(t, decoded, pageSize)
	assert.Equal(t, "1", decoded[0].Number)
	assert.Equal(t, "30", decoded[29].Number)
	assert.Equal(t, 152_030, decoded[29].ID)
}

func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	printTable(&b, []row{
		{"less is better", 1.6, 1.3, times, 1.3, "13 ms, 10 ms"},
		{"within the limit", 1.5e6, 0.8e6, megabytes, 1.5e6, ""},
		{"over it", 1.0 / 8, 1.0 / 12, share, 0.126, ""},
		{"more is better", 0.5, 0.7, shareMore, 0.69, ""},
		{"too little", 0.5, 0.7, shareMore, 0.49, ""},
		{"not measured", 16_500, 14_500, bytesUnit, math.NaN(), ""},
		{"without limits", 0, 0, kilobytes, 4000, ""},
	}, true)
	assert.Equal(t, `| what | required | goal | figure | | met |
| --- | --- | --- | --- | --- | --- |
| less is better | ≤ 1.6 × | ≤ 1.3 × | 1.30 × | 13 ms, 10 ms | goal |
| within the limit | ≤ 1.5 MB | ≤ 0.8 MB | 1.50 MB |  | required |
| over it | ≤ 12.5 % | ≤ 8.33 % | 12.6 % |  | no |
| more is better | ≥ 50 % | ≥ 70 % | 69.0 % |  | required |
| too little | ≥ 50 % | ≥ 70 % | 49.0 % |  | no |
| not measured | ≤ 16500 B | ≤ 14500 B | – |  | – |
| without limits | – | – | 4.0 kB |  | – |
`, b.String())
}

func TestFailedResponses(t *testing.T) {
	t.Parallel()
	for response, want := range map[string]bool{
		`{"jsonrpc":"2.0","id":1,"result":{"content":[]}}`:                                                    false,
		`{"jsonrpc":"2.0","id":1,"result":{"tools":[{"outputSchema":{"properties":{"error":{"type":""}}}}]}}`: false,
		`{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}`:                                     true,
		`{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":""}}`:                                       true,
		"": true,
	} {
		assert.Equal(t, want, failed([]byte(response)), response)
	}
}
