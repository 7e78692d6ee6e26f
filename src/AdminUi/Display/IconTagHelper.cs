using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace UserDomain.AdminUi.Display;

/// <summary>An icon of the sprite, hidden from assistive tools: the words beside it say the same.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    private const string Sprite = "console/vendor/icons.svg";

    /// <summary>Id in the sprite.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is shown.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var http = ViewContext.HttpContext;
        // Framework helpers resolve ~/ in href of links and scripts only, not of <use>.
        var file = http.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[Sprite] ?? Sprite;
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        var classes = context.AllAttributes["class"]?.Value;
        output.Attributes.SetAttribute("class", classes is null ? "icon" : $"icon {classes}");
        output.Attributes.SetAttribute("width", "20");
        output.Attributes.SetAttribute("height", "20");
        output.Attributes.SetAttribute("aria-hidden", "true");
        var use = new TagBuilder("use");
        use.Attributes["href"] = $"{http.Request.PathBase}/{file}#{Name}";
        output.Content.SetHtmlContent(use);
    }
}
