package gitlab_test

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// own are the parameters of this package.
var own = []string{"append", "create_labels", "edits", "fields", "include", "limit", "offset", "prepend"}

// undescribed are members of not that only the pages of the lists of a group and of a
// project have.
var undescribed = []string{"not[in]", "not[my_reaction_emoji]", "not[search]"}

// onlyIn are the described parameters that one description lacks, and why.
var onlyIn = map[string]map[string]string{
	documented: {
		"summary": "the generated one lacks the summary of spent time",
	},
	generated: {
		"health_status": "it is newer",
	},
}

// pages are documented elsewhere, for all lists.
var pages = []string{"page", "per_page"}

// untaken are described parameters that no method takes, and why.
var untaken = map[string]string{
	"closed_by_id":           "not on the documentation's pages",
	"cursor":                 "not on the documentation's pages",
	"epic_iid":               "deprecated for epic_id",
	"GET health_status":      "only on the page of all issues",
	"GET in":                 "only on the page of all issues",
	"GET milestone_id":       "only on the page of all issues",
	"POST add_labels":        "a new issue has labels",
	"POST remove_labels":     "a new issue has labels",
	"POST discussion_locked": "only on the page of an update",
	"POST confidential":      "of a comment: GitLab promotes with any",
	"POST created_at":        "of a comment: only administrators may set it",
	"PUT assignee_id":        "deprecated for assignee_ids",
	"PUT created_at":         "not on the documentation's pages",
}

// ownEnums are the values of parameters that differ from the described ones, and why.
var ownEnums = map[string]string{
	"state":             "open is opened on the wire",
	"health_status":     "the documentation's page enumerates none of them but None and Any, which are lower case elsewhere",
	"not[milestone_id]": "those of milestone_id, of the members of not, take too much room in a schema",
	"due_date":          "the described empty value is the same as 0",
	"issue_type":        "the newer types are not on the documentation's pages",
	"scope":             "the described values with hyphens are deprecated",
}

// TestContractIsComplete checks that every parameter is tested, that it is described or
// our own, and that no described one is missing.
func TestContractIsComplete(t *testing.T) {
	t.Parallel()
	d := readDescriptions(t)
	usedOnly, usedUntaken, usedEnums := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var tested, lacking []string
	for _, op := range operations() {
		tested = append(tested, op.Method)
		method, path, _ := strings.Cut(op.Endpoint, " ")
		described := map[string]map[string]*openapi3.Schema{}
		for file, description := range d {
			route, _, err := description.Route(method, &url.URL{Path: path})
			if err != nil {
				require.Equal(t, generated, file, "%s is in the documentation", op.Endpoint)
				lacking = append(lacking, op.Method)
				continue
			}
			described[file] = parametersOf(route.Operation)
		}
		taken := map[string]bool{}
		for name, field := range contracttest.Parameters(op.Params) {
			assert.True(t, op.IsTested(name, field), "%s has no call that tests %s", op.Method, name)
			members := map[string]reflect.StructField{name: field}
			if name == "not" {
				members = map[string]reflect.StructField{}
				for member, field := range contracttest.Parameters(field.Type.Elem()) {
					members["not["+member+"]"] = field
					assert.True(t, slices.ContainsFunc(listings(), func(l listing) bool {
						return l.name == "not: "+member && !reflect.ValueOf(*l.params.Not).FieldByIndex(field.Index).IsZero()
					}), "no call tests %s of not", member)
				}
			}
			for name, field := range members {
				if name == "state" && method == "PUT" {
					name = "state_event"
				}
				taken[name] = true
				if slices.Contains(own, name) || slices.Contains(undescribed, name) || slices.Contains(pages, name) && method == "GET" {
					continue
				}
				for file, params := range described {
					other := map[string]string{generated: documented, documented: generated}[file]
					schema, ok := params[name]
					switch why := onlyIn[other][name]; {
					case !ok:
						assert.NotEmpty(t, why, "%s lacks %s of %s", file, name, op.Method)
						usedOnly[other+name] = true
					case len(schema.Enum) > 0 && ownEnums[name] != "":
						usedEnums[name] = true
					case len(schema.Enum) > 0 && name != "state_event":
						assert.ElementsMatch(t, schema.Enum, contracttest.Enum(field), "%s: the values of %s", op.Method, name)
					}
				}
			}
		}
		for file, params := range described {
			for name := range params {
				if taken[name] {
					continue
				}
				_, everywhere := untaken[name]
				_, here := untaken[method+" "+name]
				assert.True(t, everywhere || here, "%s lacks %s of %s", op.Method, name, file)
				usedUntaken[name], usedUntaken[method+" "+name] = true, true
			}
		}
	}
	assert.ElementsMatch(t, contracttest.MethodsOf[*gitlab.Client](), tested, "operations of the client and those that are tested")
	assert.ElementsMatch(t, []string{"Subscribe", "Unsubscribe", "CreateTodo", "PromoteIssue"}, lacking, "operations that the generated description lacks")
	for file, names := range onlyIn {
		for name := range names {
			assert.True(t, usedOnly[file+name], "both descriptions have %s", name)
		}
	}
	for name := range untaken {
		assert.True(t, usedUntaken[name], "nothing needs the exception for %s", name)
	}
	for name := range ownEnums {
		assert.True(t, usedEnums[name], "nothing needs the exception for the values of %s", name)
	}
	t.Logf("%d operations; %d of them are in %s, all in %s", len(tested), len(tested)-len(lacking), generated, documented)
}

// parametersOf returns the described parameters of an operation.
func parametersOf(operation *openapi3.Operation) map[string]*openapi3.Schema {
	all := map[string]*openapi3.Schema{}
	for _, p := range operation.Parameters {
		all[strings.TrimSuffix(p.Value.Name, "[]")] = p.Value.Schema.Value
	}
	if operation.RequestBody != nil {
		for _, media := range operation.RequestBody.Value.Content {
			for name, schema := range media.Schema.Value.Properties {
				all[name] = schema.Value
			}
		}
	}
	return all
}
