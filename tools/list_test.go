package tools

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSelectRows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list   string
		fields []string
		want   string
	}{
		"all":              {`{"rows":[{"a":1}],"total":1}`, nil, `{"rows":[{"a":1}],"total":1}`},
		"some, in order":   {`{"rows":[{"a":1,"b":"x","c":[1,2]},{"b":"y"}],"total":2}`, []string{"c", "b"}, `{"rows":[{"c":[1,2],"b":"x"},{"b":"y"}],"total":2}`},
		"none":             {`{"rows":[{"a":1}]}`, []string{"b"}, `{"rows":[{}]}`},
		"no rows":          {`{"total":0,"rows":[]}`, []string{"a"}, `{"total":0,"rows":[]}`},
		"rows are null":    {`{"rows":null}`, []string{"a"}, `{"rows":[]}`},
		"empty rows":       {`{"rows":[{},{}]}`, []string{"a"}, `{"rows":[{},{}]}`},
		"nested":           {`{"rows":[{"a":{"b":[{"c":1},[]],"d":{}},"e":true}]}`, []string{"a"}, `{"rows":[{"a":{"b":[{"c":1},[]],"d":{}}}]}`},
		"texts like JSON":  {`{"cut":"],\"rows\":[","rows":[{"a":"}],{[,\"b\":","b":"\\"}]}`, []string{"b", "a"}, `{"cut":"],\"rows\":[","rows":[{"b":"\\","a":"}],{[,\"b\":"}]}`},
		"rows of the rows": {`{"rows":[{"rows":[{"a":1}],"a":2}]}`, []string{"rows"}, `{"rows":[{"rows":[{"a":1}]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, string(selectRows([]byte(test.list), test.fields)))
		})
	}
}
