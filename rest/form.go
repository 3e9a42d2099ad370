package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// form describes a multipart body, which does not show what it contains.
type form struct {
	contentType string
	fields      []string // the names of its parts
	summary     string   // the parts, without the content of the file
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
	f := &form{contentType: w.FormDataContentType(), summary: "multipart/form-data"}
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
