namespace UserDomain.IdentityServer.Protocol;

internal static class SentParameters
{
    /// <summary>A parameter of a protocol request as it was sent, in the query or in a form.</summary>
    public static string? SentParameter(this HttpRequest request, string name) =>
        request.HasFormContentType ? request.Form[name] : request.Query[name];
}
