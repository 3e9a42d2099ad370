package sandbox

import (
	"net/http"
	"slices"
)

// The workflow statuses, and the type of an issue that has no other.
const (
	statusTodo       = "待办的"
	statusInProgress = "进行中"
	statusDone       = "已完成"
	statusRejected   = "已拒绝"
	defaultType      = "任务" // task
	typeBug          = "缺陷"
	typeRequirement  = "需求"
)

var (
	statuses   = []string{statusTodo, statusInProgress, statusDone, statusRejected}
	issueTypes = []string{defaultType, typeBug, typeRequirement}
)

// description returns what an enterprise says of a status or a type. Some have no
// description.
func description(name string) string {
	switch name {
	case statusTodo:
		return "尚未开始处理"
	case statusInProgress:
		return "已有人处理，尚未完成"
	case statusRejected:
		return "不予处理"
	case typeBug:
		return "与预期不符的行为"
	case typeRequirement:
		return "新功能或改进"
	}
	return ""
}

const (
	priorityMajor = 2
	priorityMinor = 3
)

// priorityTitle returns what a priority means.
func priorityTitle(priority int) string {
	switch priority {
	case priorityMajor:
		return "主要" // major
	case priorityMinor:
		return "次要" // minor
	}
	return "无优先级" // none
}

// customField is a field that the enterprise adds to its issues.
type customField struct {
	id                      int
	name, description, kind string
	options                 []string // of a select
	types                   []string // of the issues that have it
}

func customFields() []customField {
	return []customField{
		{47, "业务线", "", "select_single", []string{"门户", "命令行", "平台"}, issueTypes},
		{48, "Platforms", "Where it happens", "select_multi", []string{"Windows", "macOS", "Linux", "HarmonyOS"}, []string{typeBug}},
		{49, "Found in version", "", "text_single", nil, []string{typeBug}},
	}
}

// setStatus sets the status and the state that belongs to it.
func (i *issue) setStatus(status string) {
	i.Status = status
	if isClosed := status == statusDone || status == statusRejected; isClosed != i.Closed {
		i.Closed, i.Finished = isClosed, now()
	}
}

// setSeverity sets the priority that has a title. Like setCustomFields, it ignores what
// the enterprise does not define, and changes nothing outside of an enterprise.
func (i *issue) setSeverity(title string) {
	for _, priority := range []int{0, priorityMajor, priorityMinor} {
		if i.repo.Enterprise != "" && priorityTitle(priority) == title {
			i.Priority = priority
		}
	}
}

// setCustomFields sets those of the fields that issues of this type have.
func (i *issue) setCustomFields(fields []wireField) {
	defined := customFields()
	for _, f := range fields {
		n := slices.IndexFunc(defined, func(c customField) bool { return c.name == f.Name && slices.Contains(c.types, i.IssueType) })
		if n < 0 || i.repo.Enterprise == "" {
			continue
		}
		options := defined[n].options
		if options != nil && slices.ContainsFunc(f.Values, func(v string) bool { return !slices.Contains(options, v) }) {
			continue
		}
		f.Kind = defined[n].kind
		i.CustomFields = slices.DeleteFunc(i.CustomFields, func(old wireField) bool { return old.Name == f.Name })
		if len(f.Values) > 0 {
			i.CustomFields = append(i.CustomFields, f)
		}
	}
}

// wireField are the values of a custom field, in requests and responses.
type wireField struct {
	Name   string   `json:"field_name"`
	Values []string `json:"field_values"`
	Kind   string   `json:"field_type"` // not in requests
}

// wireCustomField is a custom field in the list of an enterprise.
type wireCustomField struct {
	CreatedTime string            `json:"created_time"`
	Description string            `json:"description"`
	Kind        string            `json:"field_type"`
	Visibility  int               `json:"field_visibility"`
	ID          int               `json:"id"`
	Name        string            `json:"name"`
	Options     []wireFieldOption `json:"options,omitempty"`
	Types       []wireFieldType   `json:"types"`
	UpdatedTime string            `json:"updated_time"`
}

type wireFieldOption struct {
	CreatedTime string `json:"created_time"`
	FieldID     int    `json:"extend_field_id"`
	Value       string `json:"field_value"`
	ID          int    `json:"id"`
	SortNumber  int    `json:"sort_num"`
	UpdatedTime string `json:"updated_time"`
}

type wireFieldType struct {
	Description string `json:"desc"`
	Enabled     bool   `json:"enabled"`
	ID          int    `json:"id"`
	Kind        int    `json:"kind"`
	Name        string `json:"name"`
	SortNumber  int    `json:"sort_num"`
}

func (f customField) wire() any {
	created := formatTime(parseSeedTime("2026-06-01 10:00"))
	w := wireCustomField{CreatedTime: created, Description: f.description, Kind: f.kind, Visibility: 1, ID: f.id, Name: f.name, UpdatedTime: created}
	for n, option := range f.options {
		w.Options = append(w.Options, wireFieldOption{CreatedTime: created, FieldID: f.id, Value: option, ID: f.id*10 + n, SortNumber: 9999, UpdatedTime: created})
	}
	for _, name := range f.types {
		w.Types = append(w.Types, wireFieldType{Description: description(name), Enabled: true, ID: typeID(name), Name: name, SortNumber: 1})
	}
	return w
}

// listCustomFields takes the path of the enterprise, or of one of its organizations.
func (s *Sandbox) listCustomFields(r *request) response {
	id := r.PathValue("enterprise_id")
	if !slices.ContainsFunc(s.Repos, func(r *repo) bool { return r.Enterprise != "" && (r.Enterprise == id || r.Owner == id) }) {
		return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_FOUND", "Enterprise Not Found")
	}
	return respondPage(r.URL.Query(), customFields(), customField.wire)
}
