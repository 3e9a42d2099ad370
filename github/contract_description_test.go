package github_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// descriptionFile is GitHub's own description of its API, cut to issues.
const descriptionFile = "../testdata/github/openapi-issues.json"

// description checks requests and responses against GitHub's description.
type description struct{ contracttest.Description }

var loadDescription = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile(descriptionFile)
})

func readDescription(t testing.TB) description {
	t.Helper()
	doc, err := loadDescription()
	require.NoError(t, err)
	// Every error has a member status, also where it is not described.
	return description{contracttest.Description{T: doc, Errors: doc.Components.Schemas["basic-error"].Value}}
}

// endpoint returns the endpoint of a request as the description writes it, or "".
func (d description) endpoint(e exchange) string {
	route, _, err := d.Route(e.Method, e.URL)
	if err != nil {
		return ""
	}
	return route.Method + " " + route.Path
}

// example returns the documented response of an operation.
func (d description) example(route *routers.Route) (status int, body []byte, err error) {
	codes := slices.Sorted(maps.Keys(route.Operation.Responses.Map()))
	status, err = strconv.Atoi(codes[0])
	if err != nil {
		return 0, nil, err
	}
	media := route.Operation.Responses.Value(codes[0]).Value.Content.Get("application/json")
	if media == nil {
		return status, nil, nil
	}
	if len(media.Examples) == 0 {
		return 0, nil, fmt.Errorf("%s %s has no example", route.Method, route.Path)
	}
	example := media.Examples["default"]
	if example == nil { // it has several with names of their own
		example = media.Examples[slices.Sorted(maps.Keys(media.Examples))[0]]
	}
	value := example.Value.Value
	if ref, ok := refOf(value); ok { // which the loader leaves as it is in a value
		value = d.Components.Examples[strings.TrimPrefix(ref, "#/components/examples/")].Value.Value
	}
	body, err = json.Marshal(value)
	return status, body, err
}

// refOf returns the reference that a value is.
func refOf(value any) (string, bool) {
	object, _ := value.(map[string]any)
	ref, ok := object["$ref"].(string)
	return ref, ok
}
