using System.Net.Http.Headers;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>Calls to the product's APIs that applications make.</summary>
internal static class Apis
{
    /// <summary>The user name the profile API knows the bearer of a token by.</summary>
    public static async Task<string?> WhoAmIAsync(this RunningSystem system, string accessToken)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var me = await client.GetAsync(new Uri("api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync();
        return me.Text("userName");
    }
}
