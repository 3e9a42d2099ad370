package gitcode

import "net/http"

// Planned is a request that a dry run would have sent.
type Planned struct {
	Method string `json:"method" jsonschema_description:"HTTP method"`
	Path   string `json:"path" jsonschema_description:"Path under the base URL, escaped"`
	Body   string `json:"body,omitempty" jsonschema_description:"JSON"`
}

// DryRun runs a write with a client that sends nothing and returns the requests
// it would have sent. A number that only GitCode could give stands as 0.
func (c *Client) DryRun(write func(dry *Client) error) ([]Planned, error) {
	dry := *c
	dry.plan = &[]Planned{}
	err := write(&dry)
	return *dry.plan, err
}

// note keeps a request for the plan and answers as if it had been accepted
// without a body. What a write reads back is no part of the plan.
func (c *Client) note(req *request) *answer {
	if req.method != http.MethodGet {
		*c.plan = append(*c.plan, Planned{Method: req.method, Path: req.path, Body: string(req.body)})
	}
	return &answer{status: http.StatusNoContent}
}
