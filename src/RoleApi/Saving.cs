using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;

namespace UserDomain.RoleApi;

/// <summary>Saves, and turns what a concurrent request can cause into the refusal it deserves.</summary>
internal static class Saving
{
    /// <param name="store">The store.</param>
    /// <param name="http">The request.</param>
    /// <param name="duplicate">The refusal when somebody else has saved the same name or assignment first.</param>
    /// <returns>Null when everything is saved.</returns>
    public static async Task<ProblemHttpResult?> TrySaveAsync(this IdentityStoreContext store, HttpContext http, ProblemHttpResult? duplicate = null)
    {
        try
        {
            await store.SaveChangesAsync(http.RequestAborted);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problems.ChangedMeanwhile(http);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            return duplicate ?? Problems.ChangedMeanwhile(http);
        }
        catch (DbUpdateException exception) when (exception.IsBrokenReference())
        {
            return Problems.ReferenceChanged();
        }
    }
}
