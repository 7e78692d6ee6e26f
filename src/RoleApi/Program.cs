using UserDomain.RoleApi;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(RoleApi.Service, args);
