package rest_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestPageNumbersHaveTwoDecimals(t *testing.T) {
	t.Parallel()
	for page := 1; page <= 2000; page++ {
		for skip := range 100 {
			number := rest.NewPageNumber(page, skip)
			want := strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", page, skip), "0"), ".")
			if text := strconv.FormatFloat(float64(number), 'f', -1, 64); text != want || number.Number() != page || number.Skip() != skip {
				require.Fail(t, "wrong page number", "page %d, skip %d: %s is page %d, skip %d", page, skip, text, number.Number(), number.Skip())
			}
		}
	}
	assert.Equal(t, rest.PageNumber(2), rest.NewPageNumber(1, 100))
}
