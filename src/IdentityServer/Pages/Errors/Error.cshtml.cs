using System.Diagnostics;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using UserDomain.IdentityServer.Protocol.Interactions;

namespace UserDomain.IdentityServer.Pages.Errors;

/// <summary>What happened, in the words of the person it happened to.</summary>
internal enum ErrorKind
{
    NotFound,
    OpenTooLong,
    OutOfOrder,
    Finished,
    AddressNotRegistered,
    RequestRefused,
    Failed,
}

/// <summary>Shown in place of an answer that is an error status only. It prepares nothing in a handler, so it works for every method.</summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel(TimeProvider time) : PageModel
{
    public ErrorKind Kind => KindOf(Response.StatusCode);

    /// <summary>The protocol error, where the request was one.</summary>
    public string? Code => HttpContext.GetOpenIddictServerResponse()?.Error;

    public string? Reason => HttpContext.GetOpenIddictServerResponse()?.ErrorDescription;

    /// <summary>Where the application of an answered request is: the site of its redirect URI, which was checked when it was answered.</summary>
    public Uri? Application => Kind == ErrorKind.Finished
        && Uri.TryCreate(PageContentPolicy.SourceOf(HttpContext.Features.Get<Interaction>()?["redirect_uri"]), UriKind.Absolute, out var site)
        && site.Scheme is "http" or "https" ? site : null;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public string? Trace { get; } = Activity.Current?.TraceId.ToString();

    // Asked for by its own address there is no error to show.
    public void OnGet()
    {
        if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private ErrorKind KindOf(int status) => HttpContext.Items[typeof(PageFailure)] switch
    {
        PageFailure.OpenTooLong => ErrorKind.OpenTooLong,
        PageFailure.OutOfOrder => ErrorKind.OutOfOrder,
        PageFailure.Finished => ErrorKind.Finished,
        _ when Code is not null => Reason?.Contains("redirect_uri", StringComparison.Ordinal) == true ? ErrorKind.AddressNotRegistered : ErrorKind.RequestRefused,
        _ when status == StatusCodes.Status404NotFound => ErrorKind.NotFound,
        _ when status < StatusCodes.Status500InternalServerError => ErrorKind.RequestRefused,
        _ => ErrorKind.Failed,
    };
}
