package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// maxImage is the maximum size of a metric image in bytes.
const maxImage = 1 << 20

// imageTypes are the extensions of the files that count as images.
var imageTypes = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tiff", ".ico", ".webp"}

type wireImage struct {
	ID       int     `json:"id"`
	Created  string  `json:"created_at"`
	Filename string  `json:"filename"`
	FilePath string  `json:"file_path"`
	URL      *string `json:"url"`
	URLText  *string `json:"url_text"`
}

func wireImageOf(m *metricImage) wireImage {
	return wireImage{
		ID: m.ID, Created: formatTime(m.Created), Filename: m.Filename, URL: m.URL, URLText: m.URLText,
		FilePath: fmt.Sprintf("/uploads/-/system/issuable_metric_image/file/%d/%s", m.ID, m.Filename),
	}
}

// listMetricImages lists all images, without pages.
func (s *Sandbox) listMetricImages(r *request) response {
	i, errResponse := s.pathIssue(r)
	switch {
	case i == nil:
		return errResponse
	case i.Type != "incident":
		return errorMessage(http.StatusNotFound, "Issue not found")
	}
	list := []wireImage{}
	for _, m := range i.Images {
		list = append(list, wireImageOf(m))
	}
	return ok(list)
}

// writableIncident returns the incident of a request, or the error to respond
// with. Other issues have no images.
func (s *Sandbox) writableIncident(r *request) (*issue, response) {
	return s.writableIssue(r, func(u *user, i *issue) bool { return i.Type == "incident" && s.canTriageIssue(u, i) })
}

func (s *Sandbox) uploadMetricImage(r *request) response {
	if r.file == nil {
		if r.params.has("file") {
			return badParameter("file is invalid")
		}
		return missing("file")
	}
	i, errResponse := s.writableIncident(r)
	if i == nil {
		return errResponse
	}
	name := path.Base(r.file.Name)
	switch {
	case r.file.Size > maxImage:
		return errorMessage(http.StatusBadRequest, "400 Bad request - File is too large")
	case !slices.Contains(imageTypes, strings.ToLower(path.Ext(name))):
		return invalidField("file", "does not have a supported extension. Only "+strings.ReplaceAll(strings.Join(imageTypes, ", "), ".", "")+" are supported")
	}
	m := &metricImage{ID: s.newID(), Filename: name, Created: now()}
	if errResponse, ok := m.setLink(r.params); !ok {
		return errResponse
	}
	i.Images = append(i.Images, m)
	return created(wireImageOf(m))
}

// setLink sets the link of an image as far as the parameters have it.
func (m *metricImage) setLink(p params) (response, bool) {
	if p.has("url") {
		link, err := url.Parse(p.text("url"))
		if p.text("url") != "" && (err != nil || link.Host == "" || link.Scheme != "http" && link.Scheme != "https") {
			return invalidField("url", "must be a valid URL"), false
		}
		m.URL = optional(p.text("url"))
	}
	if p.has("url_text") {
		m.URLText = optional(p.text("url_text"))
	}
	return response{}, true
}

// pathImage returns the position of the image of a request among those of its
// incident, or the error to respond with.
func (s *Sandbox) pathImage(r *request) (*issue, int, response) {
	id, err := strconv.Atoi(r.PathValue("image_id"))
	if err != nil {
		return nil, 0, badParameter("metric_image_id is invalid")
	}
	i, errResponse := s.writableIncident(r)
	if i == nil {
		return nil, 0, errResponse
	}
	n := slices.IndexFunc(i.Images, func(m *metricImage) bool { return m.ID == id })
	if n < 0 {
		return nil, 0, errorMessage(http.StatusNotFound, "Metric image not found")
	}
	return i, n, response{}
}

func (s *Sandbox) updateMetricImage(r *request) response {
	i, n, errResponse := s.pathImage(r)
	if i == nil {
		return errResponse
	}
	changed := *i.Images[n] // an error must leave the image alone
	if errResponse, ok := changed.setLink(r.params); !ok {
		return errResponse
	}
	i.Images[n] = &changed
	return ok(wireImageOf(&changed))
}

func (s *Sandbox) deleteMetricImage(r *request) response {
	i, n, errResponse := s.pathImage(r)
	if i == nil {
		return errResponse
	}
	i.Images = slices.Delete(i.Images, n, n+1)
	return noContent()
}
