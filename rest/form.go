package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// form describes a body that is a form.
type form struct {
	contentType string
	fields      []string                   // the names of its parts
	summary     string                     // the parts, without the content of a file
	members     map[string]json.RawMessage // the parts without a file
}

// SetForm replaces the JSON body with an application/x-www-form-urlencoded one of
// the same members.
func (r *Request) SetForm() error {
	values, err := r.values()
	if err != nil {
		return err
	}
	f := &form{contentType: "application/x-www-form-urlencoded", fields: slices.Sorted(maps.Keys(values))}
	f.summary = f.contentType
	for _, field := range f.fields {
		f.summary += fmt.Sprintf("\n%s: %s", field, values.Get(field))
	}
	_ = json.Unmarshal(r.Body, &f.members) // as values did
	r.Body, r.form = []byte(values.Encode()), f
	return nil
}

// SetQuery moves the members of the JSON body to the query.
func (r *Request) SetQuery() error {
	values, err := r.values()
	if err != nil {
		return err
	}
	r.Query, r.Body = values, nil
	return nil
}

// values returns the members of the JSON body as they appear in a form or a query.
func (r *Request) values() (url.Values, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(r.Body, &members); err != nil {
		return nil, fmt.Errorf("encode the form of %s: %w", r.Endpoint, err)
	}
	values := url.Values{}
	for name, value := range members {
		values.Set(name, textOf(value))
	}
	return values, nil
}

// SetFile replaces the JSON body with a multipart/form-data one, which contains its
// members and a file as the member name. Only the base of filename is sent: the
// directories of whoever uploads a file are nobody's business.
func (r *Request) SetFile(name, filename string, content []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(r.Body, &members); err != nil {
		return fmt.Errorf("encode the body of %s: %w", r.Endpoint, err)
	}
	delete(members, name)
	filename = filename[strings.LastIndexAny(filename, `/\`)+1:]
	fileType, _, _ := strings.Cut(http.DetectContentType(content), ";")

	var body bytes.Buffer // no write to it fails
	w := multipart.NewWriter(&body)
	f := &form{contentType: w.FormDataContentType(), summary: "multipart/form-data", members: members}
	for _, field := range slices.Sorted(maps.Keys(members)) {
		value := textOf(members[field])
		_ = w.WriteField(field, value)
		f.fields = append(f.fields, field)
		f.summary += fmt.Sprintf("\n%s: %s", field, value)
	}
	part, _ := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(name, filename)},
		"Content-Type":        {fileType},
	})
	_, _ = part.Write(content)
	_ = w.Close()
	f.fields = append(f.fields, name)
	f.summary += fmt.Sprintf("\n%s: %s (%s, %d bytes)", name, filename, fileType, len(content))
	r.Body, r.form = body.Bytes(), f
	return nil
}
