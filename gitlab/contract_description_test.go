package gitlab_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// The two descriptions: what GitLab generates, cut to issues, and an older one that
// was derived from the documentation's pages.
const (
	generated  = "openapi-issues.json"
	documented = "openapi-issues-15.json"
)

// descriptions are both, by the name of their file.
type descriptions map[string]contracttest.Description

var loadDescriptions = sync.OnceValues(func() (descriptions, error) {
	data, err := os.ReadFile("../testdata/gitlab/" + generated)
	if err != nil {
		return nil, err
	}
	data = regexp.MustCompile(`"/api/v4(/[^"]*)"`).ReplaceAll(data, []byte(`"$1"`))
	data = []byte(strings.NewReplacer("{metric_image_id}", "{image_id}", `"metric_image_id"`, `"image_id"`).Replace(string(data)))
	var old openapi2.T
	if err := json.Unmarshal(data, &old); err != nil {
		return nil, err
	}
	first, err := openapi2conv.ToV3(&old)
	if err != nil {
		return nil, err
	}
	second, err := openapi3.NewLoader().LoadFromFile("../testdata/gitlab/" + documented)
	if err != nil {
		return nil, err
	}
	for _, doc := range []*openapi3.T{first, second} {
		for path, item := range doc.Paths.Map() {
			for method, operation := range item.Operations() {
				correct(method+" "+path, operation)
			}
		}
	}
	return descriptions{generated: {T: first}, documented: {T: second}}, nil
})

func readDescriptions(t testing.TB) descriptions {
	t.Helper()
	d, err := loadDescriptions()
	require.NoError(t, err)
	return d
}

// lists are the operations whose response is an array, of which the generated
// description shows an element.
var lists = regexp.MustCompile(`^GET .*/(issues|related_merge_requests|closed_by|participants|metric_images)$|^GET /issues$`)

// arrays are the parameters that are sent once for each element.
var arrays = regexp.MustCompile(`^(not\[)?(iids|assignee_username)\]?(\[\])?$`)

// excluding are what the documentation's pages list as the members of not.
var excluding = []string{
	"assignee_id", "assignee_username", "author_id", "author_username", "iids", "iteration_id", "iteration_title",
	"labels", "milestone", "milestone_id", "weight",
}

// correct makes a description say what neither format of it can, or what its
// generator gets wrong: how arrays and objects are written in a query, that files are
// uploaded as a form, that lists are arrays, and what is not known about the members
// of responses.
func correct(endpoint string, operation *openapi3.Operation) {
	var params openapi3.Parameters
	for _, ref := range operation.Parameters {
		p := ref.Value
		switch {
		case p.In != openapi3.ParameterInQuery:
		case p.Name == "not":
			for _, name := range excluding {
				member := openapi3.NewQueryParameter("not[" + name + "]").WithSchema(openapi3.NewStringSchema())
				params = append(params, &openapi3.ParameterRef{Value: asArray(member)})
			}
			continue
		default:
			asArray(p)
		}
		params = append(params, ref)
	}
	operation.Parameters = params
	if strings.HasPrefix(endpoint, "POST ") && strings.HasSuffix(endpoint, "/metric_images") {
		media := operation.RequestBody.Value.Content["application/json"]
		media.Schema.Value.Properties["file"] = openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithFormat("binary"))
		operation.RequestBody.Value.Content = openapi3.Content{"multipart/form-data": media}
	}
	for _, response := range operation.Responses.Map() {
		media := response.Value.Content["application/json"]
		if media == nil || media.Schema == nil {
			continue
		}
		loosen(media.Schema.Value, map[*openapi3.Schema]bool{})
		if lists.MatchString(endpoint) && !media.Schema.Value.Type.Is(openapi3.TypeArray) {
			media.Schema = openapi3.NewSchemaRef("", openapi3.NewArraySchema().WithItems(media.Schema.Value))
		}
	}
}

// asArray makes a parameter an array if it is one, and says how it is written.
func asArray(p *openapi3.Parameter) *openapi3.Parameter {
	switch name := strings.TrimSuffix(p.Name, "[]"); {
	case arrays.MatchString(name):
		p.Name, p.Style, p.Explode = name+"[]", openapi3.SerializationForm, new(true)
		if !p.Schema.Value.Type.Is(openapi3.TypeArray) {
			element := openapi3.NewStringSchema()
			if strings.Contains(name, "iids") {
				element = openapi3.NewIntegerSchema()
			}
			p.Schema = openapi3.NewSchemaRef("", openapi3.NewArraySchema().WithItems(element))
		}
	case p.Schema.Value.Type.Is(openapi3.TypeArray): // labels, with commas
		p.Style, p.Explode = openapi3.SerializationForm, new(false)
	}
	return p
}

// loosen allows null for all members of a response, and any type where the description
// says string: that is what both have where they do not know the type. Nor does the
// generated one know that there are several assignees.
func loosen(s *openapi3.Schema, seen map[*openapi3.Schema]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	s.Nullable = true
	if s.Type.Is(openapi3.TypeString) && s.Format == "" && len(s.Enum) == 0 {
		s.Type = nil
	}
	if s.Items != nil {
		loosen(s.Items.Value, seen)
	}
	for name, property := range s.Properties {
		if name == "assignees" && !property.Value.Type.Is(openapi3.TypeArray) {
			property = openapi3.NewSchemaRef("", openapi3.NewArraySchema().WithItems(property.Value))
			s.Properties[name] = property
		}
		loosen(property.Value, seen)
	}
	for _, part := range s.AllOf {
		loosen(part.Value, seen)
	}
}

// exception is where a request or a response may differ from a description.
type exception struct {
	description string // a file; "" if it is both
	problem     string // an expression for the method, the endpoint and the problem
	why         string
}

// exceptions counts how often each was needed.
type exceptions struct {
	all  []exception
	mu   sync.Mutex
	used map[exception]int
}

// check reports the problems of an exchange that are no exceptions.
func (x *exceptions) check(t testing.TB, description, endpoint string, err error) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, problem := range contracttest.Problems(err) {
		line := endpoint + ": " + problem
		known := false
		for _, e := range x.all {
			if (e.description == "" || e.description == description) && regexp.MustCompile(e.problem).MatchString(line) {
				if x.used == nil {
					x.used = map[exception]int{}
				}
				x.used[e]++
				known = true
				break
			}
		}
		assert.True(t, known, "%s: %s", description, line)
	}
}

// checkUsed reports exceptions that nothing needed, and logs the others.
func (x *exceptions) checkUsed(t testing.TB) {
	t.Helper()
	for _, e := range x.all {
		assert.Positive(t, x.used[e], "nothing needs the exception %+v", e)
		file := e.description
		if file == "" {
			file = "both"
		}
		t.Logf("%4d problems, %s: %s", x.used[e], file, e.why)
	}
}

// checkResponse checks a response against both descriptions. Its members must be in
// one of them.
func (d descriptions) checkResponse(t testing.TB, x *exceptions, e exchange) {
	t.Helper()
	var all []*openapi3.Schema
	for _, description := range d {
		route, _, err := description.Route(e.Method, e.URL)
		if err != nil {
			continue
		}
		for _, response := range route.Operation.Responses.Map() {
			if media := response.Value.Content["application/json"]; media != nil && media.Schema != nil {
				all = append(all, media.Schema.Value)
			}
		}
	}
	for file, description := range d {
		if _, _, err := description.Route(e.Method, e.URL); err == nil {
			x.check(t, file, d.endpoint(e), description.CheckResponse(t, e, all...))
		}
	}
}
