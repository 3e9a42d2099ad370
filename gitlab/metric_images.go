package gitlab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// maxImage is the maximum size of an image, in bytes. GitLab may accept less.
const maxImage = 10 << 20

// imageTypes are the extensions of the files that GitLab accepts as images.
var imageTypes = []string{"png", "jpg", "jpeg", "gif", "bmp", "tiff", "ico", "webp"}

// UploadMetricImageParams is an image: the name of its file, of which GitLab sees
// only the base, and its Content, which is read once.
type UploadMetricImageParams struct {
	IssueRef
	File    string    `json:"file" jsonschema:"minLength=1" jsonschema_description:"Path below the directory that the user allows with --allow-dir"`
	URL     string    `json:"url,omitempty" jsonschema_description:"Link to more about the metric"`
	URLText string    `json:"url_text,omitempty" jsonschema_description:"Text of the link, or of the image"`
	Content io.Reader `json:"-"`
}

// MetricImageRef identifies an image of an incident.
type MetricImageRef struct {
	IssueRef
	ImageID int64 `json:"image_id" jsonschema:"minimum=1" jsonschema_description:"From gitlab_list_metric_images"`
}

// UpdateMetricImageParams describes a change of an image's link.
type UpdateMetricImageParams struct {
	MetricImageRef
	URL     *string `json:"url,omitempty" jsonschema_description:"Link to more about the metric"`
	URLText *string `json:"url_text,omitempty" jsonschema_description:"Text of the link, or of the image"`
}

// UploadMetricImage uploads an image to an incident, from a file with the extension
// of an image. It reports a link that GitLab dropped.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#上传指标图像
func (c *Client) UploadMetricImage(ctx context.Context, p *UploadMetricImageParams) (*MetricImage, error) {
	const endpoint = "POST /projects/{id}/issues/{issue_iid}/metric_images"
	if extension := strings.TrimPrefix(path.Ext(p.File), "."); !slices.Contains(imageTypes, strings.ToLower(extension)) {
		return nil, rest.InvalidArguments(endpoint, "the file must be an image with one of the extensions "+strings.Join(imageTypes, ", "))
	}
	content, err := io.ReadAll(io.LimitReader(p.Content, maxImage+1))
	if err != nil {
		return nil, &rest.Error{Class: rest.Invalid, Endpoint: endpoint, NotSent: true, Message: "the file cannot be read", Err: err}
	}
	switch {
	case len(content) == 0:
		return nil, rest.InvalidArguments(endpoint, "the file is empty")
	case len(content) > maxImage:
		return nil, rest.InvalidArguments(endpoint, fmt.Sprintf("the file has more than %d MiB", maxImage>>20))
	}
	req, err := rest.NewRequest(endpoint, p)
	if err != nil {
		return nil, err
	}
	if err := req.SetFile("file", p.File, content); err != nil {
		return nil, err
	}
	image, response, err := rest.Do[MetricImage](ctx, c.Client, req)
	if err != nil || c.IsDryRun(ctx) {
		return nil, c.withNewPath(ctx, p.ProjectRef, err)
	}
	if image.IsEmpty() && response.Status != http.StatusCreated {
		return nil, unconfirmed(endpoint, response.Status, http.StatusCreated)
	}
	var url, urlText *string
	if p.URL != "" {
		url = &p.URL
	}
	if p.URLText != "" {
		urlText = &p.URLText
	}
	return image.checked(url, urlText), nil
}

// UpdateMetricImage changes the link of an image. It reports what GitLab dropped.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#更新指标图像
func (c *Client) UpdateMetricImage(ctx context.Context, p *UpdateMetricImageParams) (*MetricImage, error) {
	const endpoint = "PUT /projects/{id}/issues/{issue_iid}/metric_images/{image_id}"
	if p.URL == nil && p.URLText == nil {
		return nil, rest.InvalidArguments(endpoint, "nothing to change; pass url or url_text, or both")
	}
	image, err := write[MetricImage](ctx, c, endpoint, p)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	if int64(image.ID) != p.ImageID { // the response proves nothing
		image = c.readMetricImage(ctx, p.MetricImageRef)
	}
	image = image.checked(p.URL, p.URLText)
	image.ID = lenient.Int(p.ImageID)
	return image, nil
}

// readMetricImage returns an image of an incident, or an empty one if it cannot be
// read.
func (c *Client) readMetricImage(ctx context.Context, ref MetricImageRef) *MetricImage {
	page, err := c.ListMetricImages(ctx, &ref.IssueRef)
	if err != nil {
		return &MetricImage{}
	}
	for _, image := range page.Items {
		if int64(image.ID) == ref.ImageID {
			return image
		}
	}
	return &MetricImage{}
}

// checked compares an image with the link that was requested for it. GitLab omits
// an empty url and url_text.
func (m *MetricImage) checked(url, urlText *string) *MetricImage {
	var member json.RawMessage // of a response without an image
	if !m.IsEmpty() {
		member = json.RawMessage("null")
	}
	c := readback.Comparison{Members: map[string]json.RawMessage{"url": member, "url_text": member}}
	c.Text("url", url, m.URL)
	c.Text("url_text", urlText, m.URLText)
	m.Result = c.Result
	return m
}

// DeleteMetricImage deletes an image of an incident.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#删除指标图像
func (c *Client) DeleteMetricImage(ctx context.Context, p *MetricImageRef) error {
	return c.remove(ctx, "DELETE /projects/{id}/issues/{issue_iid}/metric_images/{image_id}", p)
}
