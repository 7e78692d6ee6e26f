using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.ApiClients;

/// <summary>Sends requests to an API and reads its answers, problems included.</summary>
internal static class ApiCalls
{
    // Not the strict options of the APIs: a newer API may say more than this console knows. An absent member stays as it is in an update.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Query(string path, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var query = new Dictionary<string, string?>();
        foreach (var (name, value) in parameters)
        {
            query[name] = value switch
            {
                null or "" => null,
                DateTimeOffset time => time.UtcDateTime.ToString("O"),
                IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                _ => value.ToString(),
            };
        }

        return QueryHelpers.AddQueryString(path, query);
    }

    public static Task<ApiResult<T>> GetAsync<T>(this HttpClient http, string path, CancellationToken cancellationToken)
        where T : class =>
        http.SendAsync<T>(new(HttpMethod.Get, path), cancellationToken);

    /// <summary>Creates something once, however often the form is sent.</summary>
    public static Task<ApiResult<T>> CreateAsync<T>(this HttpClient http, string path, object body, string? idempotencyKey, CancellationToken cancellationToken)
        where T : class
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: Json) };
        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation(RequestHeaders.IdempotencyKey, idempotencyKey);
        }

        return http.SendAsync<T>(request, cancellationToken);
    }

    /// <summary>Changes something unless somebody else has changed it since <paramref name="version"/>.</summary>
    public static Task<ApiResult<T>> UpdateAsync<T>(this HttpClient http, string path, object body, long version, CancellationToken cancellationToken)
        where T : class
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body, options: Json) };
        request.Headers.IfMatch.Add(new($"\"{version}\""));
        return http.SendAsync<T>(request, cancellationToken);
    }

    public static Task<ApiResult<T>> ActAsync<T>(this HttpClient http, HttpMethod method, string path, CancellationToken cancellationToken)
        where T : class =>
        http.SendAsync<T>(new(method, path), cancellationToken);

    /// <summary>For what answers nothing.</summary>
    public static async Task<ApiProblem?> ActAsync(this HttpClient http, HttpMethod method, string path, CancellationToken cancellationToken) =>
        (await http.SendAsync<object>(new(method, path), cancellationToken)).Problem;

    private static async Task<ApiResult<T>> SendAsync<T>(this HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
        where T : class
    {
        using (request)
        {
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    return new(null, await ReadProblemAsync(response, cancellationToken));
                }

                return new(response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken), null);
            }
            catch (Exception exception) when (exception is HttpRequestException or TimeoutException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return new(null, new(StatusCodes.Status503ServiceUnavailable, ApiProblem.Unreachable, null, null, Activity.Current?.TraceId.ToString(), null));
            }
        }
    }

    private static async Task<ApiProblem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync<ApiProblem>(Json, cancellationToken) is { } problem)
            {
                return problem with { Status = (int)response.StatusCode };
            }
        }
        catch (JsonException)
        {
            // Something between us and the API answered in words of its own; the status says enough.
        }

        return new((int)response.StatusCode, null, null, null, Activity.Current?.TraceId.ToString(), null);
    }
}
